package instruments_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// talker says the same again and again, on the line of a model.
type talker struct {
	model instruments.Model
	says  string
}

func (t talker) Model() string          { return t.model.ID }
func (t talker) Line() instruments.Line { return t.model.Line }

func (t talker) Run(ctx context.Context, wire instruments.Port) error {
	wire = simulated.Paced(wire, t.model.Line)
	for next := time.Now(); ; {
		_, err := instruments.ReadSome(ctx, wire, make([]byte, 64), time.Until(next))
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			continue // it does not listen
		case instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		}
		if _, err := wire.Write([]byte(t.says)); err != nil {
			return err
		}
		next = time.Now().Add(900 * time.Millisecond)
	}
}

// TestKnownByWhatTheySay: what can be asked nothing is recognised by what it says by
// itself, and a station's result by which it was is handed on and not lost.
func TestKnownByWhatTheySay(t *testing.T) {
	for id, c := range map[string]struct {
		says   string
		result bool
	}{
		"aandd-tm2655":     {"\x16\x16\x0100\x02TM2655\x1e2607110905\x1eRB\x1eM\x1eE00\x1eS128\x1eM 96\x1eD 82\x1eP 71\x1eI18\x1eL104\x03\x21", false},
		"aandd-tm2657":     {"\x16\x16\x0100\x02TM2657\x1e2607110905\x1eRB\x1eM\x1eE00\x1eS128\x1eM 96\x1eD 82\x1eP 71\x1eI18\x1eL104\x03\x23", false},
		"omron-hbp9030":    {"2026,07,11,09,05,12345678901234567890,0,120,080,072,0\r\n", true},
		"omron-hbp9020":    {"bp,12345678901234567890,2026/07/11,09:05,120,090,080,072,0\r", true},
		"terumo-bp500":     {"\x02R1,000000000,210427,153000,128,097,082,084,0000,0000,00000,000\x03\x79", true},
		"paramatech-ft201": {"\x02 150502 0943 125 075 099\x03", true},
		"ampall-bp868f":    {"^1200960720680^", true},
		"sd-codefree":      {"\x53\x20\x04\x10\x30\x20\xAA", false},
		"nonin-df13":       {"\x00\x02\x00\x0D\x00\x0E\x20\x24\x02\x29\x23\x59\x30\x00\x02\x00\x00\x48\x00\x61\xC6\x03", false},
		"healthometer-esc": {"\x1bR\x1bW0200.5\x1bNm\x1bE", false},
	} {
		t.Run(id, func(t *testing.T) {
			results := 0
			unasked := &instruments.Unasked{Take: func(from instruments.Attached, _ instruments.Reading) {
				if results++; from.Model.ID != id {
					t.Errorf("a result from a %s", from.Model.ID)
				}
			}}
			talking(t, id, c.says, unasked, func(rack *instruments.Rack) {
				a := settled(t, rack, func(a instruments.Attached) bool { return a.Model.ID != "" })
				if a.Model.ID != id {
					t.Errorf("it is taken for a %s", a.Model.ID)
				}
			})
			if (results > 0) != c.result {
				t.Errorf("%d results were handed on", results)
			}
		})
	}
}

// TestSoundsLikeSeveral: who says what several models say is not named, but those are
// the first of whom staff may pick.
func TestSoundsLikeSeveral(t *testing.T) {
	for id, c := range map[string]struct {
		says  string
		first []string
	}{
		"contec-oem-8n1": {"\x86\x40\x00\x48\x61\x86\x41\x00\x48\x61\x86\x42\x00\x48\x61\x86\x43\x00\x48\x61\x86\x44\x00\x48\x61\x86\x45\x00\x48\x61", []string{"contec-oem-8n1", "berry-bci-4800"}},
		"astm-analyser":  {"\x05", []string{"astm-analyser"}},
	} {
		t.Run(id, func(t *testing.T) {
			talking(t, id, c.says, nil, func(rack *instruments.Rack) {
				time.Sleep(time.Minute)
				a := settled(t, rack, func(a instruments.Attached) bool { return a.Nameable })
				all := rack.Candidates(a.ID)
				for i, want := range c.first {
					if all[i].Model.ID != want || all[i].Heard != instruments.Alike {
						t.Errorf("candidate %d is %+v, want %s", i+1, all[i], want)
					}
				}
			})
		})
	}
}

// talking plugs a talker into a rack and runs test.
func talking(t *testing.T, id, says string, unasked *instruments.Unasked, test func(*instruments.Rack)) {
	t.Helper()
	d, _ := catalogue.Find(id)
	m := d.Model()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		bus := simulated.NewBus(nil, log)
		rack := instruments.NewRack(bus, catalogue.Drivers(), instruments.RackOptions{Unasked: unasked}, log)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- rack.Run(ctx) }()
		defer func() {
			cancel()
			<-ended
			bus.Close()
		}()
		if _, err := bus.Plug(t.Context(), talker{m, says}, m.Adapters[0].USBID, simulated.Options{}); err != nil {
			t.Fatal(err)
		}
		test(rack)
	})
}

// settled waits until the one instrument that is attached is as done says, for ten
// minutes at most.
func settled(t *testing.T, rack *instruments.Rack, done func(instruments.Attached) bool) (a instruments.Attached) {
	t.Helper()
	for range 10 * 60 * 10 {
		if list := rack.Attached(); len(list) == 1 {
			if a = list[0]; done(a) {
				return a
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("at the end it is %+v", a)
	return a
}

// TestName: what staff says counts if nothing contradicts it, at once, though
// everything else is being tried; otherwise things stay as they were.
func TestName(t *testing.T) {
	station := func(m *instruments.Model) { m.Chosen, m.Talks = true, false }
	models := []instruments.Model{model("station", station), model("asker"), model("slow")}
	habits := &memory{known: map[string]string{}}
	yes := map[string]bool{"station": true}
	drivers := func(c *counter) []instruments.Driver {
		list := answering(c, models, yes)
		list[2].(*fake).probe = func(ctx context.Context, _ *openPort) (instruments.Identity, error) {
			<-ctx.Done()
			return instruments.Identity{}, context.Cause(ctx)
		}
		return list
	}
	withOptions(t, instruments.RackOptions{Habits: habits}, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(time.Second)
		if a := c.want(instruments.Probing)[0]; a.Nameable {
			t.Error("staff are asked before the others had time")
		}
		c.pass(time.Second)
		a := c.want(instruments.Probing)[0]
		if !a.Nameable {
			t.Error("staff are not asked what it is")
		}
		for name, want := range map[string]instruments.FaultCode{
			"asker": instruments.NoAnswer, "nothing known": instruments.WrongModel,
		} {
			if err := c.rack.Name(c.t.Context(), a.ID, name); instruments.CodeOf(err) != want {
				t.Errorf("named %s: %v", name, err)
			}
		}
		if list := c.rack.Attached(); list[0].Model.ID != "" || habits.known["A7"] != "" {
			t.Errorf("after a wrong name it is %+v, remembered %q", list[0], habits.known)
		}
		c.pass(500 * time.Millisecond)
		began := time.Now()
		if err := c.rack.Name(c.t.Context(), a.ID, "station"); err != nil || time.Since(began) > 200*time.Millisecond {
			t.Errorf("named after %s: %v", time.Since(began), err)
		}
		if a := c.want(instruments.Ready)[0]; a.Model.ID != "station" || a.Nameable || habits.known["A7"] != "station" {
			t.Errorf("named, it is %+v, remembered %q", a, habits.known)
		}
		if err := c.rack.Name(c.t.Context(), "gone", "station"); instruments.CodeOf(err) != instruments.Unplugged {
			t.Errorf("naming nothing: %v", err)
		}
	})
}

// TestNameIsRefused where it could do harm: while somebody is being measured, and
// where nothing may be sent to ask.
func TestNameIsRefused(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver {
		list := answering(c, []instruments.Model{model("asker"), model("listener", listens)}, map[string]bool{"listener": true})
		list[1].(*fake).measure = untilStopped
		return list
	}
	withOptions(t, instruments.RackOptions{ListenOnly: map[string]bool{"A7": true}}, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(2 * time.Second)
		a := c.want(instruments.Ready)[0]
		for _, candidate := range c.rack.Candidates(a.ID) {
			if candidate.Model.ID == "asker" {
				t.Error("what must be asked is offered where nothing may be sent")
			}
		}
		if err := c.rack.Name(c.t.Context(), a.ID, "asker"); instruments.CodeOf(err) != instruments.WrongModel || c.written() > 0 {
			t.Errorf("named what must be asked: %v, %d bytes sent", err, c.written())
		}
		ctx, stop := context.WithCancel(c.t.Context())
		ended := make(chan error)
		go func() { ended <- c.rack.Measure(ctx, a.ID, instruments.Job{}, func(instruments.Event) {}) }()
		c.pass(time.Second)
		if err := c.rack.Name(c.t.Context(), a.ID, "listener"); instruments.CodeOf(err) != instruments.PortBusy {
			t.Errorf("named in use: %v", err)
		}
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the measurement ended with %v", err)
		}
	})
}
