package instruments_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
)

// TestPipe carries every byte both ways.
func TestPipe(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	a, b := instruments.Pipe()
	for range 2 {
		if err := instruments.WriteAll(a, all); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(all))
		if _, err := io.ReadFull(b, got); err != nil || !bytes.Equal(got, all) {
			t.Errorf("%v, % x", err, got)
		}
		a, b = b, a
	}
	if _, err := a.Write(all); err != nil {
		t.Fatal(err)
	}
	if err := b.Discard(); err != nil {
		t.Fatal(err)
	}
	if err := b.SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Read(all); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after Discard: %d bytes, %v", n, err)
	}
}

// TestPipePulled: what was under way still arrives, then both ends fail.
func TestPipePulled(t *testing.T) {
	for _, closeOwn := range []bool{false, true} {
		a, b := instruments.Pipe()
		if _, err := a.Write([]byte("last")); err != nil {
			t.Fatal(err)
		}
		if closeOwn {
			b.Close()
		} else {
			a.Close()
		}
		buf := make([]byte, 9)
		if n, err := b.Read(buf); n != 4 || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
		for _, end := range []instruments.Port{a, b} {
			if _, err := end.Read(buf); err == nil {
				t.Error("read from a pulled cable")
			}
			if err := instruments.WriteAll(end, buf); instruments.CodeOf(err) != instruments.Unplugged {
				t.Errorf("write: %v", err)
			}
		}
	}
}

// TestWriteAll tells a port that refuses from a wire that is gone.
func TestWriteAll(t *testing.T) {
	host, instrument := instruments.Pipe()
	if err := instruments.WriteAll(host, []byte("ab")); err != nil {
		t.Error(err)
	}
	if err := instruments.WriteAll(instruments.ListenOnly(host), []byte("ab")); instruments.CodeOf(err) != instruments.WrongModel {
		t.Errorf("a port for listening alone: %v", err)
	}
	instrument.Close()
	if err := instruments.WriteAll(host, []byte("ab")); instruments.CodeOf(err) != instruments.Unplugged {
		t.Errorf("pulled: %v", err)
	}
}

func TestReadSome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, instrument := instruments.Pipe()
		buf := make([]byte, 4)
		began := time.Now()
		if _, err := instruments.ReadSome(t.Context(), host, buf, time.Second); instruments.CodeOf(err) != instruments.NoAnswer {
			t.Errorf("silence: %v", err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("silence took %v", took)
		}
		go func() {
			time.Sleep(300 * time.Millisecond)
			_, _ = instrument.Write([]byte("ab"))
		}()
		if n, err := instruments.ReadSome(t.Context(), host, buf, time.Second); n != 2 || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
		cause := errors.New("the person left")
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			time.Sleep(300 * time.Millisecond)
			cancel(cause)
		}()
		began = time.Now()
		if _, err := instruments.ReadSome(ctx, host, buf, time.Hour); !errors.Is(err, cause) {
			t.Errorf("cancelled: %v", err)
		}
		if took := time.Since(began); took > 400*time.Millisecond {
			t.Errorf("a cancelled context went unnoticed for %v", took-300*time.Millisecond)
		}
		go func() {
			time.Sleep(300 * time.Millisecond)
			instrument.Close()
		}()
		if _, err := instruments.ReadSome(t.Context(), host, buf, time.Hour); instruments.CodeOf(err) != instruments.Unplugged {
			t.Errorf("pulled: %v", err)
		}
	})
}

func TestLine(t *testing.T) {
	for _, test := range []struct {
		line instruments.Line
		text string
		char time.Duration
	}{
		{instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}, "9600 8N1", 10 * time.Second / 9600},
		{instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.OddParity, StopBits: 1}, "19200 8O1", 11 * time.Second / 19200},
		{instruments.Line{Baud: 1200, DataBits: 7, Parity: instruments.EvenParity, StopBits: 2}, "1200 7E2", 11 * time.Second / 1200},
		{instruments.Line{}, "none", 0},
	} {
		if test.line.String() != test.text || test.line.CharTime() != test.char {
			t.Errorf("%s takes %v, want %s and %v", test.line, test.line.CharTime(), test.text, test.char)
		}
	}
}

// TestFaults: codes survive wrapping, and details never hide the code.
func TestFaults(t *testing.T) {
	cause := errors.New("cause")
	fault := &instruments.Fault{Code: instruments.CuffLoose, Device: "2", Detail: "no rise", Err: cause}
	wrapped := errors.Join(errors.New("first"), fault)
	if got := fault.Error(); got != "cuff-loose (instrument code 2): no rise: cause" {
		t.Error(got)
	}
	if !errors.Is(wrapped, &instruments.Fault{Code: instruments.CuffLoose}) || !errors.Is(wrapped, cause) ||
		errors.Is(wrapped, &instruments.Fault{Code: instruments.Moved}) {
		t.Error("errors.Is does not compare codes")
	}
	for _, test := range []struct {
		err  error
		want instruments.FaultCode
	}{{nil, ""}, {cause, instruments.Internal}, {wrapped, instruments.CuffLoose}, {instruments.Wrap(instruments.PortBusy, cause), instruments.PortBusy}} {
		if got := instruments.CodeOf(test.err); got != test.want {
			t.Errorf("CodeOf(%v) = %q, want %q", test.err, got, test.want)
		}
	}
	seen := map[instruments.FaultCode]bool{}
	for _, c := range instruments.FaultCodes() {
		if c == "" || seen[c] {
			t.Errorf("code %q twice", c)
		}
		seen[c] = true
	}
}

func TestMissingIsNull(t *testing.T) {
	got, err := json.Marshal(instruments.PlethSample{SpO2: 97, Pulse: instruments.Missing})
	if err != nil || !bytes.Contains(got, []byte(`"spo2":97,"pulse":null`)) {
		t.Errorf("%s, %v", got, err)
	}
}

// TestTrace: where there is no pulse to show the trace has a gap.
func TestTrace(t *testing.T) {
	for _, test := range []struct {
		sample instruments.PlethSample
		want   float64
	}{
		{instruments.PlethSample{Pleth: 0}, 0},
		{instruments.PlethSample{Pleth: 127}, 127},
		{instruments.PlethSample{Pleth: instruments.Missing}, math.NaN()},
		{instruments.PlethSample{Pleth: 60, FingerOut: true}, math.NaN()},
	} {
		if got := test.sample.Trace(); got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
			t.Errorf("%+v stands at %v, want %v", test.sample, got, test.want)
		}
	}
}

// TestNumber: numbers that makers put on all of their adapters tell none apart.
func TestNumber(t *testing.T) {
	for serial, want := range map[string]string{"": "", "0001": "", "0": "", "00000000": "", "1": "", "A7": "A7", "0010": "0010", "1001": "1001"} {
		if got := (instruments.Endpoint{USBSerial: serial}).Number(); got != want {
			t.Errorf("%q is the number %q, want %q", serial, got, want)
		}
	}
}
