package simulated_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// contecHost runs a twin in a bubble where time costs nothing and hands the
// host's end of its wire to use.
func contecHost(t *testing.T, twin simulated.Twin, use func(t *testing.T, host instruments.Port)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		host, instrument := instruments.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := twin.Run(ctx, instrument); err != nil {
				t.Errorf("Run: %v", err)
			}
		})
		use(t, host)
		stop()
		running.Wait()
		host.Close()
	})
}

// hear returns what the twin sends within d.
func hear(t *testing.T, host instruments.Port, d time.Duration) []byte {
	t.Helper()
	var all []byte
	buf := make([]byte, 1024)
	for end := time.Now().Add(d); ; {
		n, err := instruments.ReadSome(t.Context(), host, buf, time.Until(end))
		all = append(all, buf[:n]...)
		if instruments.CodeOf(err) == instruments.NoAnswer {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// say sends bytes written in hex.
func say(t *testing.T, host instruments.Port, text string) {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	if err := instruments.WriteAll(host, b); err != nil {
		t.Fatal(err)
	}
}

const (
	startContec = "7D 81 A1 80 80 80 80 80 80"
	aliveContec = "7D 81 AF 80 80 80 80 80 80"
)

// Answers to commands, most as captured by headrotor/contec_data from a CMS50D+
// or as Contec's protocol V7.0 lays them out. Every unknown command is refused
// with reason 05.
func TestContecAnswers(t *testing.T) {
	const plain, full = 0, 1
	for name, c := range map[string]struct {
		seed         uint64
		say, hear    string
		wantCommands []byte
	}{
		"version":                {plain, "7D 81 A0 80 80 80 80 80 80", "06 80 80 87", []byte{0xA0}},
		"stop live":              {plain, "7D 81 A2 80 80 80 80 80 80", "0C 80", []byte{0xA2}},
		"stop stored":            {plain, "7D 81 A7 80 80 80 80 80 80", "0C 80", []byte{0xA7}},
		"segments":               {plain, "7D 81 A3 80 80 80 80 80 80", "0A 80 80 80", []byte{0xA3}},
		"length":                 {plain, "7D 81 A4 80 80 80 80 80 80", "08 80 80 80 80 80 80 80", []byte{0xA4}},
		"start time":             {plain, "7D 81 A5 80 80 80 80 80 80", "07 80 80 80 80 80 80 80 12 80 80 80 80 80 80 80", []byte{0xA5}},
		"stored data":            {plain, "7D 81 A6 80 80 80 80 80 80", "", []byte{0xA6}},
		"name of blanks":         {plain, "7D 81 A8 80 80 80 80 80 80", "02 80 80 A0 A0 A0 A0 A0 A0 02 81 FF A0 A0 A0 A0 A0 A0", []byte{0xA8}},
		"name":                   {full, "7D 81 A8 80 80 80 80 80 80", "02 80 80 C3 CD D3 B5 B0 C6 02 81 FF A0 A0 A0 A0 A0 A0", []byte{0xA8}},
		"maker":                  {plain, "7D 81 A9 80 80 80 80 80 80", "03 80 C3 CF CE D4 C5 C3 A0", []byte{0xA9}},
		"id":                     {plain, "7D 81 AA 80 80 80 80 80 80", "04 80 F5 F3 E5 F2 A0 A0 A0", []byte{0xAA}},
		"user":                   {plain, "7D 81 AB 80 80 80 80 80 80", "05 80 80 F5 F3 E5 F2 A0 A0", []byte{0xAB}},
		"no perfusion index":     {plain, "7D 81 AC 80 80 80 80 80 80", "0E 80 81", []byte{0xAC}},
		"perfusion index":        {full, "7D 81 AC 80 80 80 80 80 80", "0E 80 80", []byte{0xAC}},
		"users":                  {plain, "7D 81 AD 80 80 80 80 80 80", "10 80 81", []byte{0xAD}},
		"delete all":             {plain, "7D 85 AE 80 FF 80 80 80 80", "0B 81 AE 84", []byte{0xAE}},
		"host is there":          {plain, aliveContec, "", []byte{0xAF}},
		"stored?":                {plain, "7D 81 B0 80 80 80 80 80 80", "11 80 81 80 80 80 80 80 80", []byte{0xB0}},
		"set time, no clock":     {plain, "7D 81 B1 8E 9E 85 80 80 80", "0B 81 B1 85", []byte{0xB1}},
		"set date":               {full, "7D 81 B2 94 9A 8B 97 81 80", "0B 81 B2 80", []byte{0xB2}},
		"unknown B3":             {plain, "7D 81 B3 80 80 80 80 80 80", "0B 81 B3 85", []byte{0xB3}},
		"perfusion in storage":   {plain, "7D 81 B6 80 80 80 80 80 80", "15 84 80 80 A0 80 80 80 80", []byte{0xB6}},
		"unknown 12":             {plain, "7D 80 92 80 80 80 80 80 80", "0B 80 92 85", []byte{0x12}},
		"set id":                 {plain, "04 80 C1 C2 C3 A0 A0 A0 A0", "04 80 C1 C2 C3 A0 A0 A0 A0", []byte{0x04}},
		"noise, then a question": {plain, "FF 80 7D 81 7D 81 A0 80 80 80 80 80 80", "06 80 80 87", []byte{0xA0}},
		"another type":           {plain, "7C 81 A0 80 80 80 80 80 80", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			twin := simulated.NewContecPackets(simulated.Options{Seed: c.seed, Fault: simulated.NoResult})
			contecHost(t, twin, func(t *testing.T, host instruments.Port) {
				say(t, host, c.say)
				got := strings.ToUpper(hex.EncodeToString(hear(t, host, time.Second)))
				if want := strings.ReplaceAll(c.hear, " ", ""); got != want {
					t.Errorf("answer %s, want %s", got, want)
				}
				if sent := twin.Commands(); !slices.Equal(sent, c.wantCommands) {
					t.Errorf("commands % X, want % X", sent, c.wantCommands)
				}
			})
		})
	}
}

// Without a word from the host the live samples end after half a minute.
func TestContecLosesPatience(t *testing.T) {
	twin := simulated.NewContecPackets(simulated.Options{Speed: 10})
	contecHost(t, twin, func(t *testing.T, host instruments.Port) {
		say(t, host, startContec)
		hear(t, host, 20*time.Second)
		say(t, host, aliveContec)
		if hear(t, host, 29*time.Second); !twin.Live() {
			t.Error("ended in spite of a word after 20 s")
		}
		if hear(t, host, 2*time.Second); twin.Live() {
			t.Error("goes on after 31 s of silence")
		}
		if rest := hear(t, host, time.Second); len(rest) != 0 {
			t.Errorf("%d bytes after the end", len(rest))
		}
	})
}

// Sixty frames a second, times the speed, however long it runs; and what they
// hold depends on the seed alone.
func TestContecPace(t *testing.T) {
	said := map[float64][]byte{}
	for _, speed := range []float64{0, 1, 10} {
		contecHost(t, simulated.NewContecStream(simulated.Options{Seed: 5, Speed: speed}), func(t *testing.T, host instruments.Port) {
			d := 100 * time.Second
			if speed == 10 {
				d /= 10
			}
			got := hear(t, host, d)
			if frames := len(got) / 5; frames < 5999 || frames > 6001 {
				t.Errorf("speed %v: %d frames in %v", speed, frames, d)
			}
			said[speed] = got[:5*5990]
		})
	}
	if !bytes.Equal(said[0], said[1]) || !bytes.Equal(said[1], said[10]) {
		t.Error("the same seed says other things at another speed")
	}
}

// The wave has the shape of a pulse: as many systolic peaks and beats as the
// display says, each followed by a dicrotic notch and a second, lower wave.
func TestContecWave(t *testing.T) {
	for seed := range uint64(6) {
		var frames []byte
		contecHost(t, simulated.NewContecStream(simulated.Options{Seed: seed}), func(t *testing.T, host instruments.Port) {
			hear(t, host, 10*time.Second)
			frames = hear(t, host, time.Minute)
		})
		beats, waves, shown, notches := 0, 0, 0, 0
		last, rising := 0, false
		for i := 0; i+10 <= len(frames); i += 5 {
			if frames[i]&0x40 == 0 && frames[i+5]&0x40 != 0 {
				beats++
			}
			shown += int(frames[i+3])
			pleth := int(frames[i+1])
			switch {
			case pleth > last && !rising:
				rising = true
				if last > 45 {
					notches++
				}
			case pleth < last && rising:
				rising = false
				if last > 95 {
					waves++
				}
			}
			last = pleth
		}
		mean := shown * 5 / len(frames)
		if beats < mean-2 || beats > mean+2 || waves < beats-2 || waves > beats+2 || notches < beats-3 || notches > beats+3 {
			t.Errorf("seed %d: %d beats, %d systolic waves and %d notches in a minute at %d", seed, beats, waves, notches, mean)
		}
	}
}

// Firmware marks a missing pulse with FF or with 7F; the twin knows both.
func TestContecMissingPulse(t *testing.T) {
	for seed, want := range map[uint64][]byte{
		0: []byte{0x01, 0xE9, 0x80, 0xC0, 0x90, 0xFF, 0xFF, 0xFF, 0xFF},
		2: []byte{0x01, 0xE1, 0x80, 0xC0, 0x90, 0xFF, 0xFF, 0xFF, 0xFF},
	} {
		contecHost(t, simulated.NewContecPackets(simulated.Options{Seed: seed}), func(t *testing.T, host instruments.Port) {
			say(t, host, startContec)
			if got := hear(t, host, 100*time.Millisecond); !bytes.HasPrefix(got, want) {
				t.Errorf("seed %d: % X, want % X", seed, got, want)
			}
		})
	}
}

// A host that leaves ends the twin with an error.
func TestContecHostLeaves(t *testing.T) {
	for _, twin := range []simulated.Twin{
		simulated.NewContecStream(simulated.Options{}), simulated.NewContecPackets(simulated.Options{}),
	} {
		synctest.Test(t, func(t *testing.T) {
			host, instrument := instruments.Pipe()
			host.Close()
			if err := twin.Run(t.Context(), instrument); err == nil {
				t.Errorf("%s: no error", twin.Model())
			}
		})
	}
}
