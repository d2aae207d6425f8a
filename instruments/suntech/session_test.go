package suntech

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
)

// withSession runs test with a session and the module's end of its wire.
func withSession(t *testing.T, test func(t *testing.T, s *session, module instruments.Port)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		host, module := instruments.Pipe()
		defer host.Close()
		test(t, newSession(host, instruments.Job{}, func(instruments.Event) {}), module)
	})
}

func tell(t *testing.T, module instruments.Port, bytes string) {
	t.Helper()
	if _, err := module.Write(unhex(t, bytes)); err != nil {
		t.Fatal(err)
	}
}

func TestNextKeepsHalfAFrame(t *testing.T) {
	withSession(t, func(t *testing.T, s *session, module instruments.Port) {
		tell(t, module, "3E 05 8E")
		if f, err := s.next(t.Context(), time.Now().Add(20*time.Millisecond)); !unanswered(err) {
			t.Fatalf("% X, %v", f, err)
		}
		tell(t, module, "00 2F")
		f, err := s.next(t.Context(), time.Now().Add(20*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := f.pressure(); !ok || p != 142 {
			t.Errorf("pressure %d", p)
		}
	})
}

func TestNextGivesUpALostFrame(t *testing.T) {
	withSession(t, func(t *testing.T, s *session, module instruments.Port) {
		tell(t, module, "3E 43 3E 05 8E 00 2F") // the first two promise 67 bytes
		f, err := s.next(t.Context(), time.Now().Add(200*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := f.pressure(); !ok || p != 142 {
			t.Errorf("pressure %d", p)
		}
	})
}

// TestSenseIsFresh: an answer to a question put before says nothing.
func TestSenseIsFresh(t *testing.T) {
	withSession(t, func(t *testing.T, s *session, module instruments.Port) {
		go func() {
			buf := make([]byte, 16)
			for {
				n, err := module.Read(buf)
				if err != nil {
					return
				}
				if string(buf[:n]) == string(askPressure.appendTo(nil, 0)) {
					tell(t, module, "3E 05 8E 00 2F")
				}
			}
		}()
		if err := s.Abort(t.Context()); err != nil {
			t.Fatal(err)
		}
		tell(t, module, "3E 05 00 00 BD") // late
		state, err := s.Sense(t.Context())
		if err != nil || state.Pressure != 142 {
			t.Errorf("%+v, %v", state, err)
		}
	})
}

// TestConfirm: the K of an earlier command does not confirm an abort, and each
// abort must be confirmed anew.
func TestConfirm(t *testing.T) {
	withSession(t, func(t *testing.T, s *session, _ instruments.Port) {
		k, a := frame(unhex(t, "3E 04 4B 73")), frame(unhex(t, "3E 04 41 7D"))
		s.owed = 1
		for i, want := range []bool{false, true} {
			if s.confirm(k); s.stopped != want {
				t.Errorf("K number %d: stopped is %v", i+1, s.stopped)
			}
		}
		if err := s.Abort(context.Background()); err != nil || s.stopped {
			t.Errorf("confirmed before it was sent: %v", err)
		}
		if s.confirm(a); !s.stopped {
			t.Error("A does not confirm")
		}
	})
}
