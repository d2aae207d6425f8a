package simulated_test

import (
	"bytes"
	"io"
	"math/bits"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// through writes the frames over a disturbed wire and returns what a host
// reads until silence or the end of the wire, and whether the wire is gone.
func through(t *testing.T, disturb func(instruments.Port) instruments.Port, frames ...[]byte) (got []byte, gone bool) {
	t.Helper()
	host, instrument := instruments.Pipe()
	wire := disturb(instrument)
	for _, f := range frames {
		before := bytes.Clone(f)
		n, err := wire.Write(f)
		if err == nil && n != len(f) {
			t.Errorf("%d of %d bytes written without an error", n, len(f))
		}
		if !bytes.Equal(before, f) {
			t.Error("the writer's bytes were changed")
		}
	}
	if err := host.SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 64)
	for {
		n, err := host.Read(buf)
		got = append(got, buf[:n]...)
		if err != nil {
			return got, err == io.ErrClosedPipe
		}
	}
}

func fault(f simulated.Fault, seed uint64) func(instruments.Port) instruments.Port {
	return func(p instruments.Port) instruments.Port { return simulated.Disturb(p, f, seed) }
}

// frames are 300 bytes, ten at a time.
func frames() (list [][]byte, all []byte) {
	for i := range 30 {
		f := make([]byte, 10)
		for j := range f {
			f[j] = byte(i*10 + j)
		}
		list, all = append(list, f), append(all, f...)
	}
	return list, all
}

func TestGarbage(t *testing.T) {
	list, all := frames()
	first, gone := through(t, fault(simulated.Garbage, 1), list...)
	if gone || len(first) <= len(all) || !bytes.HasSuffix(first, all) {
		t.Fatalf("%d bytes of %d, gone %t", len(first), len(all), gone)
	}
	again, _ := through(t, fault(simulated.Garbage, 1), list...)
	other, _ := through(t, fault(simulated.Garbage, 2), list...)
	if !bytes.Equal(first, again) || bytes.Equal(first, other) {
		t.Error("the noise does not follow its seed")
	}
}

func TestMidFrame(t *testing.T) {
	list, all := frames()
	if got, gone := through(t, fault(simulated.MidFrame, 1), list...); gone || !bytes.Equal(got, all[5:]) {
		t.Errorf("got % x", got)
	}
}

// TestChecksumError flips single bits, seldom and for ever.
func TestChecksumError(t *testing.T) {
	list, all := frames()
	got, gone := through(t, fault(simulated.ChecksumError, 1), list...)
	if gone || len(got) != len(all) {
		t.Fatalf("%d bytes of %d, gone %t", len(got), len(all), gone)
	}
	var at []int
	for i := range all {
		switch bits.OnesCount8(got[i] ^ all[i]) {
		case 0:
		case 1:
			at = append(at, i)
		default:
			t.Errorf("byte %d lost more than a bit", i)
		}
	}
	if len(at) < 5 {
		t.Errorf("flipped %v", at)
	}
	for i := range at[1:] {
		if at[i+1]-at[i] != at[1]-at[0] {
			t.Errorf("flipped at %v", at)
		}
	}
}

// TestStall falls silent between two writes, and the instrument cannot tell.
func TestStall(t *testing.T) {
	list, all := frames()
	got, gone := through(t, fault(simulated.Stall, 1), list...)
	if gone || len(got) == 0 || len(got) == len(all) || !bytes.HasPrefix(all, got) {
		t.Errorf("%d bytes of %d, gone %t", len(got), len(all), gone)
	}
}

func TestUnplugFault(t *testing.T) {
	list, all := frames()
	got, gone := through(t, fault(simulated.Unplug, 1), list...)
	if !gone || len(got) == 0 || len(got) == len(all) || !bytes.HasPrefix(all, got) {
		t.Errorf("%d bytes of %d, gone %t", len(got), len(all), gone)
	}
}

// TestCutAfter cuts at the very byte, also within a frame.
func TestCutAfter(t *testing.T) {
	list, all := frames()
	for n := range 45 {
		got, gone := through(t, func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) }, list...)
		if !gone || !bytes.Equal(got, all[:n]) {
			t.Errorf("cut after %d: %d bytes, gone %t", n, len(got), gone)
		}
	}
	if got, gone := through(t, func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, len(all)) }, list...); gone || !bytes.Equal(got, all) {
		t.Errorf("cut after the last byte: %d bytes, gone %t", len(got), gone)
	}
}

func TestTrickle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list, all := frames()
		began := time.Now()
		got, gone := through(t, fault(simulated.Trickle, 1), list...)
		if gone || !bytes.Equal(got, all) {
			t.Errorf("%d bytes of %d, gone %t", len(got), len(all), gone)
		}
		if took := time.Since(began); took < 300*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

// TestUndisturbed: faults of the instrument leave the wire alone.
func TestUndisturbed(t *testing.T) {
	wire := map[simulated.Fault]bool{
		simulated.Garbage: true, simulated.MidFrame: true, simulated.ChecksumError: true,
		simulated.Stall: true, simulated.Unplug: true, simulated.Trickle: true,
	}
	_, instrument := instruments.Pipe()
	seen := map[simulated.Fault]bool{}
	for _, f := range append(simulated.Faults(), simulated.None) {
		if seen[f] {
			t.Errorf("%q is listed twice", f)
		}
		seen[f] = true
		if (simulated.Disturb(instrument, f, 1) != instrument) != wire[f] {
			t.Errorf("%q disturbs the wire: %t", f, !wire[f])
		}
	}
}
