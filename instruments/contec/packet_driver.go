package contec

import (
	"context"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/spotcheck"
)

// packets describes the live samples. The maker says to drop the link if no
// answer comes within a second.
func packets() spotcheck.Stream {
	return spotcheck.Stream{
		Pace: spotcheck.PerSecond(rate), Frame: maxPacket, Believe: believe,
		First: time.Second, Lost: time.Second,
	}
}

// aliveEvery is how often the host says that it is still there. Without it the
// live samples end after half a minute.
const aliveEvery = 5 * time.Second

// A PacketDriver drives instruments that send packets when asked.
type PacketDriver struct{}

var (
	_ instruments.Decoder   = PacketDriver{}
	_ instruments.Explainer = PacketDriver{}
	_ instruments.Recaller  = PacketDriver{}
)

// Packets returns the driver of the newer protocol, V7, 115200 8N1.
func Packets() PacketDriver { return PacketDriver{} }

// Model describes what the driver serves.
func (PacketDriver) Model() instruments.Model { return packetModel() }

// Probe stops whatever the instrument is sending and asks who it is. None of
// its commands starts, deletes or sets anything.
func (PacketDriver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	if err := refuseBerry(ctx, port); err != nil {
		return instruments.Identity{}, err
	}
	l := &link{port: port}
	if err := l.open(ctx); err != nil {
		return instruments.Identity{}, err
	}
	return l.identify(ctx, twice)
}

// Measure starts the live samples, takes one reading by the rule of package
// spotcheck and stops them again, whatever the way out.
func (PacketDriver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	l := &link{port: port}
	if err := l.open(ctx); err != nil {
		return err
	}
	id, err := l.identify(ctx, once)
	if err != nil {
		return err
	}
	pi, err := l.perfusion(ctx)
	if err != nil {
		return err
	}
	s := spotcheck.NewSession(&packetParser{pi: pi}, packets(), job, emit)
	s.Identity = id
	defer l.stop(stopLive)
	if err := l.send(startLive); err != nil {
		return err
	}
	said := time.Now()
	return s.Measure(ctx, port, func() error {
		if time.Since(said) < aliveEvery {
			return nil
		}
		said = time.Now()
		return l.send(keepAlive)
	})
}

// Decode reads what an instrument sent, live or stored.
func (PacketDriver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	p := &recallingParser{emit: emit}
	p.memory.clock = meter.UnreadClock(job.Location())
	err := spotcheck.NewSession(p, packets(), job, emit).Decode(captured)
	p.tell(p.memory.end())
	return err
}

// berryListen is how long a probe listens before it speaks.
const berryListen = 300 * time.Millisecond

// refuseBerry listens first: a module that sends 5-byte frames at this speed
// is another maker's, and is not to be talked to.
func refuseBerry(ctx context.Context, port instruments.Port) error {
	s := spotcheck.NewSession(newStreamParser(), stream(), instruments.Job{}, func(instruments.Event) {})
	switch err := s.Listen(ctx, port, instruments.ListenBefore(port, berryListen)); instruments.CodeOf(err) {
	case "":
		return instruments.NewFault(instruments.WrongModel, "sends 5-byte frames")
	case instruments.NoAnswer, instruments.Garbled:
		return nil
	default:
		return err
	}
}
