package capture_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/capture"
)

const sample = `aidpost-capture 1
model onetouch-ultra2
driver 1
line 9600 8N1
started 2026-03-10T09:30:15.25-05:00
zone America/Bogota
since 2026-03-10T09:25:15-05:00
contact 30s
note newest result is a control test

> 0.000000 11 0D
= 0.050000 dtr=1 rts=0
< 1.041250 3F
! 1.204410 unplugged
`

// TestText: what is read is what was written, and the other way round.
func TestText(t *testing.T) {
	s, err := capture.Read(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := []capture.Event{
		{Kind: capture.Sent, Bytes: []byte{0x11, 0x0D}},
		{Kind: capture.Lines, After: 50 * time.Millisecond, DTR: true},
		{Kind: capture.Received, After: 1041250 * time.Microsecond, Bytes: []byte{0x3F}},
		{Kind: capture.Ended, After: 1204410 * time.Microsecond},
	}
	if !reflect.DeepEqual(s.Events, want) || s.Model != "onetouch-ultra2" || s.Note != "newest result is a control test" {
		t.Errorf("read %+v", s)
	}
	if frames := s.Frames(); len(frames) != 2 || frames[1].Direction != instruments.FromInstrument || !frames[1].At.Equal(s.Started.Add(want[2].After)) {
		t.Errorf("frames %+v", frames)
	}
	var out bytes.Buffer
	if err := s.Write(&out); err != nil || out.String() != sample {
		t.Errorf("wrote %s, %v", out.String(), err)
	}
	job, err := s.Job(time.Now)
	if err != nil || job.Contact != 30*time.Second || job.Zone.String() != "America/Bogota" || !job.Since.Equal(s.Since) {
		t.Errorf("job %+v, %v", job, err)
	}
}

// TestRefusedText: each of these says something else than it seems to.
func TestRefusedText(t *testing.T) {
	head := "aidpost-capture 1\nmodel m\nstarted 2026-03-10T09:30:15Z\n"
	for name, text := range map[string]string{
		"nothing":            "",
		"another file":       "%PDF-1.4\n",
		"another version":    "aidpost-capture 2\nmodel m\nstarted 2026-03-10T09:30:15Z\n",
		"no model":           "aidpost-capture 1\nstarted 2026-03-10T09:30:15Z\n",
		"no start":           "aidpost-capture 1\nmodel m\n",
		"a field twice":      head + "model n\n",
		"an unknown field":   head + "sincce 2026-03-10T09:30:15Z\n",
		"no such zone":       head + "zone Atlantis/Capital\n",
		"no such contact":    head + "contact -3s\n",
		"odd digits":         head + "< 0.1 4\n",
		"no digits":          head + "< 0.1 4G\n",
		"no bytes":           head + "< 0.1\n",
		"no time":            head + "< soon 44\n",
		"a negative time":    head + "< -1.0 44\n",
		"too fine a time":    head + "< 0.0000001 44\n",
		"a week and more":    head + "< 604801 44\n",
		"back in time":       head + "< 0.2 44\n< 0.1 45\n",
		"after the end":      head + "! 0.2 unplugged\n< 0.3 45\n",
		"another end":        head + "! 0.2 exploded\n",
		"lines without rts":  head + "= 0.2 dtr=1\n",
		"a field after all":  head + "< 0.2 44\nnote n\n",
		"a very long line":   head + "< 0.2 " + strings.Repeat("44 ", 1<<19) + "\n",
		"an unknown kind":    head + "* 0.2 44\n",
		"a direction glued":  head + "<0.2 44\n",
		"a start of no form": "aidpost-capture 1\nmodel m\nstarted yesterday\n",
	} {
		if s, err := capture.Read(strings.NewReader(text)); !errors.Is(err, capture.ErrFormat) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if _, err := capture.Read(io.MultiReader(strings.NewReader(head), iotestErr{})); err == nil || errors.Is(err, capture.ErrFormat) {
		t.Errorf("a disk that fails: %v", err)
	}
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, errors.New("the disk failed") }

// FuzzRead: what can be read means the same when written and read again.
func FuzzRead(f *testing.F) {
	f.Add(sample)
	f.Add("aidpost-capture 1\nmodel m\nstarted 2026-03-10T09:30:15Z\n\n# nothing\n<  3 00ff # two\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := capture.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := s.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := capture.Read(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatalf("%v in %q", err, out.String())
		}
		if !reflect.DeepEqual(s.Events, again.Events) || s.Model != again.Model || !s.Started.Equal(again.Started) {
			t.Errorf("%+v became %+v", s, again)
		}
	})
}

// TestRecorder: bytes cross unchanged and are written down, in order, until the
// wire is gone; a capture that cannot be written disturbs nobody.
func TestRecorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, instrument := instruments.Pipe()
		var out bytes.Buffer
		r := capture.NewRecorder(&out, capture.Header{Model: "m", Note: "a # b\nc"}, nil)
		port := r.Port(host)
		buf := make([]byte, 8)
		if _, err := port.Write([]byte{1, 2}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if n, _ := instrument.Read(buf); n != 2 {
			t.Errorf("%d bytes crossed", n)
		}
		if _, err := instrument.Write([]byte{3}); err != nil {
			t.Fatal(err)
		}
		if n, err := port.Read(buf); n != 1 || buf[0] != 3 || err != nil {
			t.Errorf("read %d, %v", n, err)
		}
		if err := port.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := port.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%v", err)
		}
		instrument.Close()
		for range 2 {
			if _, err := port.Read(buf); err == nil {
				t.Error("the wire is not gone")
			}
		}
		if r.Err() != nil {
			t.Error(r.Err())
		}
		s, err := capture.Read(&out)
		if err != nil || len(s.Events) != 3 || s.Events[1].After != time.Second || s.Events[2].Kind != capture.Ended || s.Note != "a b c" {
			t.Errorf("%+v, %v", s, err)
		}
	})
	host, instrument := instruments.Pipe()
	r := capture.NewRecorder(fullDisk{}, capture.Header{Model: "m"}, nil)
	if n, err := r.Port(host).Write([]byte{1}); n != 1 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if n, err := instrument.Read(make([]byte, 2)); n != 1 || err != nil {
		t.Errorf("read %d, %v", n, err)
	}
	if r.Err() == nil {
		t.Error("nobody is told of a full disk")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space") }

// dialogue is a session of two questions; before the second the instrument has
// said something unasked.
func dialogue() *capture.Session {
	return &capture.Session{Header: capture.Header{Started: time.Unix(1e9, 0)}, Events: []capture.Event{
		{Kind: capture.Sent, Bytes: []byte("q1")},
		{Kind: capture.Received, After: time.Second, Bytes: []byte("a1")},
		{Kind: capture.Received, After: 2 * time.Second, Bytes: []byte("news")},
		{Kind: capture.Sent, After: 3 * time.Second, Bytes: []byte("q2")},
		{Kind: capture.Received, After: 4 * time.Second, Bytes: []byte("a2")},
		{Kind: capture.Ended, After: 5 * time.Second},
	}}
}

func TestPlayer(t *testing.T) {
	for pace, takes := range map[capture.Pace]time.Duration{capture.FullSpeed: 0, capture.RealSpeed: 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			p := capture.Play(dialogue(), pace)
			began := time.Now()
			expect := func(want string) {
				t.Helper()
				b := make([]byte, 8)
				if n, err := p.Read(b); string(b[:n]) != want || err != nil {
					t.Errorf("read %q, %v", b[:n], err)
				}
			}
			say := func(s string) {
				t.Helper()
				for i := range s { // byte by byte is the same
					if _, err := p.Write([]byte(s[i : i+1])); err != nil {
						t.Error(err)
					}
				}
			}
			if err := p.SetReadDeadline(time.Now()); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Read(make([]byte, 8)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("an answer before the question: %v", err)
			}
			if err := p.SetReadDeadline(time.Time{}); err != nil {
				t.Fatal(err)
			}
			go func() { time.Sleep(0); say("q1") }()
			expect("a1")
			say("q2") // before the news were read
			expect("news")
			expect("a2")
			if got := p.Now(); got.Before(time.Unix(1e9+4, 0)) {
				t.Errorf("the clock shows %s", got)
			}
			if _, err := p.Read(make([]byte, 8)); err != io.EOF {
				t.Errorf("at the end: %v", err)
			}
			if took := time.Since(began); took != takes {
				t.Errorf("pace %d took %s", pace, took)
			}
			if p.Err() != nil {
				t.Error(p.Err())
			}
		})
	}
}

func TestPlayerDiverges(t *testing.T) {
	p := capture.Play(dialogue(), capture.FullSpeed)
	if n, err := p.Write([]byte("qX")); n != 1 || !errors.Is(err, capture.ErrDiverged) {
		t.Errorf("wrote %d, %v", n, err)
	}
	if !errors.Is(p.Err(), capture.ErrDiverged) {
		t.Error(p.Err())
	}
	if _, err := p.Read(make([]byte, 1)); !errors.Is(err, capture.ErrDiverged) {
		t.Error(err)
	}
	p = capture.Play(&capture.Session{}, capture.FullSpeed)
	if _, err := p.Write([]byte("more")); !errors.Is(err, capture.ErrDiverged) {
		t.Errorf("after the end: %v", err)
	}
}

// TestPlayerCloses ends a read that waits.
func TestPlayerCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := capture.Play(dialogue(), capture.FullSpeed)
		ended := make(chan error, 1)
		go func() {
			_, err := p.Read(make([]byte, 1))
			ended <- err
		}()
		synctest.Wait()
		p.Close()
		if err := <-ended; !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
		if _, err := p.Write([]byte("q")); !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
}
