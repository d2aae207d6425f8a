package cli

import (
	"context"
	"slices"
	"sync"

	"aidpost/instruments"
	"aidpost/instruments/serialport"
)

// A counter is the serial ports of this machine, or those among them that were
// named, while a command looks at them.
type counter struct {
	rack *instruments.Rack
	bus  *countedBus
	stop context.CancelFunc
	work sync.WaitGroup
}

// A countedBus shows only some ports, and tells each time it was listed.
type countedBus struct {
	serialport.Bus
	only   []string // empty: all
	listed chan struct{}
}

// Endpoints lists the ports that were named, or all.
func (b *countedBus) Endpoints(ctx context.Context) ([]instruments.Endpoint, error) {
	all, err := b.Bus.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	var list []instruments.Endpoint
	for _, e := range all {
		named := func(path string) bool { return instruments.SamePath(e.Path, path) }
		if len(b.only) == 0 || slices.ContainsFunc(b.only, named) {
			list = append(list, e)
		}
	}
	select {
	case b.listed <- struct{}{}:
	default:
	}
	return list, nil
}

// openCounter begins to look with the drivers at the ports with the paths, or
// at all there are on USB. The caller closes it.
func (c *command) openCounter(drivers []instruments.Driver, paths []string, options instruments.RackOptions) *counter {
	k := &counter{bus: &countedBus{Bus: serialport.Bus{Fixed: paths}, only: paths, listed: make(chan struct{}, 1)}}
	k.rack = instruments.NewRack(k.bus, drivers, options, c.log)
	// A measurement that is cancelled must find its instrument still attached
	// to make it safe, so the watch ends with close alone.
	ctx, stop := context.WithCancel(context.Background())
	k.stop = stop
	k.work.Go(func() { _ = k.rack.Run(ctx) }) // its only error is the end of ctx
	return k
}

func (k *counter) close() {
	k.stop()
	k.work.Wait()
}

// unheard reports that a port can be used, but nothing was recognised on it.
func unheard(a instruments.Attached) bool {
	switch a.Fault {
	case instruments.PortBusy, instruments.Permission, instruments.Unplugged:
		return false
	}
	return a.State == instruments.Unknown
}

// looked waits until every port was looked at, and returns what is there. A port
// on which nothing was recognised is looked at so many times: an instrument may
// have been asleep, or the machine too busy to hear it in time.
func (k *counter) looked(ctx context.Context, p *progress, looks int) ([]instruments.Attached, error) {
	changed := make(chan struct{}, 1)
	defer k.rack.Notify(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	defer p.clear()
	// What the rack found in one listing is in its list at the next one.
	for listings := 0; ; {
		attached := k.rack.Attached()
		probing := slices.IndexFunc(attached, func(a instruments.Attached) bool {
			return a.State == instruments.Probing || a.State == instruments.Recognised || a.Likely || unheard(a) && a.Looks < looks
		})
		switch {
		case probing >= 0:
			p.show("Looking at %s ...", attached[probing].Endpoint.Path)
		case listings >= 2:
			return attached, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-changed:
		case <-k.bus.listed:
			listings++
		}
	}
}
