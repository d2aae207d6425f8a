package suntech_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/suntech"
	"aidpost/records/vitals"
)

// FuzzMeasure has arbitrary bytes answer the driver. Whatever they are, a
// start is followed by a reading or by an abort, within bounded time.
func FuzzMeasure(f *testing.F) {
	const (
		letterK, letterO = "\x3E\x04\x4B\x73", "\x3E\x04\x4F\x6F"
		zero, tight      = "\x3E\x05\x00\x00\xBD", "\x3E\x05\x8E\x00\x2F"
		result           = "\x3E\x18\x80\x00\x52\x00\x18\x01\x00\x00\x00\x00\x00\x00\x00\x00\x47\x00\x61\x00\x00\x00\x00\x17"
	)
	script := func(answers ...string) []byte {
		var b []byte
		for _, a := range answers {
			b = append(append(b, byte(len(a))), a...)
		}
		return b
	}
	f.Add(script(versionText("SB"), zero, zero, letterK, letterO, tight, tight+letterK, result, zero))
	f.Add(script(versionText("LX"), zero, zero, "", letterO+letterK, zero, result, zero))
	f.Add(script(versionText("LX"), zero, tight, letterK, zero, letterK, "\x3E\x04\x42\x7C", zero, letterO, result))
	f.Add(script("", versionText("SB"), "\x3E\x05\x5A\x00\x63"))
	f.Fuzz(func(t *testing.T, data []byte) {
		synctest.Test(t, func(t *testing.T) {
			host, module := instruments.Pipe()
			var started, stopped bool
			go answer(module, func(command string) string {
				started = started || strings.HasPrefix(command, "\x3A\x20")
				stopped = stopped || started && strings.HasPrefix(command, "\x3A\x79\x01")
				if len(data) == 0 {
					return ""
				}
				n := min(int(data[0]), len(data)-1)
				reply := string(data[1 : 1+n])
				data = data[1+n:]
				return reply
			})
			began := time.Now()
			r := &rig{t: t, driver: suntech.New(), host: host}
			err := r.measure(t.Context())
			synctest.Wait()
			if took := time.Since(began); took > 200*time.Second {
				t.Errorf("took %s", took)
			}
			switch {
			case err == nil && (len(r.events.readings) != 1 || !started):
				t.Error("no error and no reading")
			case err == nil:
				if err := vitals.CheckPlausible(r.events.readings[0].Values); err != nil {
					t.Error(err)
				}
			case started && !stopped:
				t.Errorf("started, then not stopped: %v", err)
			case !errors.As(err, new(*instruments.Fault)) || len(r.events.readings) > 0:
				t.Errorf("%v, %d readings", err, len(r.events.readings))
			}
			host.Close()
		})
	})
}
