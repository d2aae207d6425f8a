package cufftest

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A Script has arbitrary bytes answer a driver, for a fuzz test. Whatever they
// are, a start is followed by a plausible reading or by a stop, within bounded
// time.
type Script struct {
	Driver Driver
	// Answers are those to what the host writes, each behind its length.
	Answers []byte
	// Starts and Stops report what a command of the host does.
	Starts, Stops func(command string) bool
}

// AddScripts adds answers to the seeds of a fuzz test.
func AddScripts(f *testing.F, scripts ...[]string) {
	for _, answers := range scripts {
		var b []byte
		for _, a := range answers {
			b = append(append(b, byte(len(a))), a...)
		}
		f.Add(b)
	}
}

// answer takes the next of the answers.
func (s *Script) answer() []byte {
	if len(s.Answers) == 0 {
		return nil
	}
	n := min(int(s.Answers[0]), len(s.Answers)-1)
	answer := s.Answers[1 : 1+n]
	s.Answers = s.Answers[1+n:]
	return answer
}

// Run measures.
func (s Script) Run(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		var started, stopped int
		go func() {
			for buf := make([]byte, 64); ; {
				n, err := wire.Read(buf)
				if err != nil {
					return
				}
				switch command := string(buf[:n]); {
				case s.Starts(command):
					started++
				case s.Stops(command) && started > 0:
					stopped++
				}
				if _, err := wire.Write(s.answer()); err != nil {
					return
				}
			}
		}()
		began := time.Now()
		r := &rig{t: t, driver: s.Driver, host: host}
		err := r.measure(t.Context())
		synctest.Wait()
		if took := time.Since(began); took > 200*time.Second {
			t.Errorf("took %s", took)
		}
		switch {
		case err == nil && (len(r.readings) != 1 || started == 0):
			t.Errorf("no error, %d readings, %d starts", len(r.readings), started)
		case err == nil:
			if err := vitals.CheckPlausible(r.readings[0].Values); err != nil {
				t.Error(err)
			}
		case started > 0 && stopped == 0:
			t.Errorf("started, then not stopped: %v", err)
		case !errors.As(err, new(*instruments.Fault)) || len(r.readings) > 0:
			t.Errorf("%v, %d readings", err, len(r.readings))
		}
		host.Close()
	})
}
