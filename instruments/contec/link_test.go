package contec

import (
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
)

// scripted answers each command with bytes written in hex, and the others
// with nothing.
func scripted(t *testing.T, wire instruments.Port, answers map[command]string) {
	buf := make([]byte, 9)
	for {
		n, err := instruments.ReadSome(t.Context(), wire, buf, time.Hour)
		if err != nil {
			return
		}
		if n != len(buf) {
			t.Errorf("a command of %d bytes", n)
			return
		}
		if err := instruments.WriteAll(wire, unhex(t, answers[command(buf[2])])); err != nil {
			return
		}
	}
}

func TestProbeOfOddInstruments(t *testing.T) {
	const (
		free   = "0C 80"
		front  = "02 80 80 C3 CD D3 B6 B0 C4" // part 00: "CMS60D"
		back   = "02 81 FF AD C2 D4 A0 A0 A0" // part FF: "-BT   "
		nameID = "04 80 B0 B1 B2 B3 B4 B5 B6"
	)
	for name, c := range map[string]struct {
		answers map[command]string
		want    instruments.Identity
		code    instruments.FaultCode
		within  time.Duration
	}{
		"name in order": {
			map[command]string{stopStored: free, stopLive: free, askID: nameID, askModel: front + back},
			instruments.Identity{Serial: "0123456", Name: "CMS60D-BT"}, "", 700 * time.Millisecond,
		},
		"name in reverse": {
			map[command]string{stopStored: free, stopLive: free, askID: nameID, askModel: back + front},
			instruments.Identity{Serial: "0123456", Name: "CMS60D-BT"}, "", 700 * time.Millisecond,
		},
		"half a name": {
			map[command]string{stopStored: free, stopLive: free, askModel: front},
			instruments.Identity{Name: "CMS60D"}, "", 2 * time.Second,
		},
		"id that is no text": {
			map[command]string{stopStored: free, stopLive: free, askID: "04 80 81 82 83 84 85 86 87"},
			instruments.Identity{}, "", 2 * time.Second,
		},
		"refuses to say": { // and is believed at once
			map[command]string{stopStored: free, stopLive: free, askID: "0B 81 AA 85", askModel: "0B 81 A8 85"},
			instruments.Identity{}, "", 700 * time.Millisecond,
		},
		"answers the first stop alone": {
			map[command]string{stopStored: free, askID: nameID},
			instruments.Identity{Serial: "0123456"}, "", 2 * time.Second,
		},
		"answer that is not quite free": {
			map[command]string{stopStored: "0C 81", stopLive: "0C FF"},
			instruments.Identity{}, instruments.NoAnswer, 2 * time.Second,
		},
		"something else": {
			map[command]string{stopStored: "B0 B1", stopLive: "4F 4B"},
			instruments.Identity{}, instruments.Garbled, 2 * time.Second,
		},
		"echo": { // a loop of wire
			map[command]string{stopStored: "7D 81 A7 80 80 80 80 80 80", stopLive: "7D 81 A2 80 80 80 80 80 80"},
			instruments.Identity{}, instruments.Garbled, 2 * time.Second,
		},
		"nothing": {nil, instruments.Identity{}, instruments.NoAnswer, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				host, wire := instruments.Pipe()
				go scripted(t, wire, c.answers)
				start := time.Now()
				id, err := Packets().Probe(t.Context(), host)
				if id != c.want || instruments.CodeOf(err) != c.code {
					t.Errorf("%+v, %v; want %+v, %q", id, err, c.want, c.code)
				}
				if d := time.Since(start); d > c.within {
					t.Errorf("took %v", d)
				}
				host.Close()
			})
		})
	}
}

// Bytes that came before the measurement are somebody else's.
func TestMeasureDropsWhatCameBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		if err := instruments.WriteAll(wire, seconds(streamSteady, 100)); err != nil {
			t.Fatal(err)
		}
		err := Stream().Measure(t.Context(), host, instruments.Job{}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Progress); !ok {
				t.Errorf("an old %T", e)
			}
		})
		if instruments.CodeOf(err) != instruments.NoAnswer {
			t.Errorf("%v", err)
		}
	})
}
