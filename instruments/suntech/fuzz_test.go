package suntech_test

import (
	"strings"
	"testing"

	"aidpost/instruments/cuff/cufftest"
	"aidpost/instruments/suntech"
)

// FuzzMeasure has arbitrary bytes answer the driver.
func FuzzMeasure(f *testing.F) {
	const (
		letterK, letterO = "\x3E\x04\x4B\x73", "\x3E\x04\x4F\x6F"
		zero, tight      = "\x3E\x05\x00\x00\xBD", "\x3E\x05\x8E\x00\x2F"
		result           = "\x3E\x18\x80\x00\x52\x00\x18\x01\x00\x00\x00\x00\x00\x00\x00\x00\x47\x00\x61\x00\x00\x00\x00\x17"
	)
	cufftest.AddScripts(f,
		[]string{versionText("SB"), zero, zero, letterK, letterO, tight, tight + letterK, result, zero},
		[]string{versionText("LX"), zero, zero, "", letterO + letterK, zero, result, zero},
		[]string{versionText("LX"), zero, tight, letterK, zero, letterK, "\x3E\x04\x42\x7C", zero, letterO, result},
		[]string{"", versionText("SB"), "\x3E\x05\x5A\x00\x63"},
	)
	f.Fuzz(func(t *testing.T, data []byte) {
		cufftest.Script{
			Driver: suntech.New(), Answers: data,
			Starts: func(command string) bool { return strings.HasPrefix(command, "\x3A\x20") },
			Stops:  func(command string) bool { return strings.HasPrefix(command, "\x3A\x79\x01") },
		}.Run(t)
	})
}
