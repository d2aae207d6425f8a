// Package about says what this program is made of, for whoever looks after it
// or has to name it in a report: its version and source, the rules that it
// judges by, and the libraries in it.
package about

import (
	"runtime"
	"runtime/debug"
	"time"

	"aidpost/records/guideline"
)

// Facts are what a program is made of. What the build does not tell is empty.
type Facts struct {
	Version string
	Source  string    // the revision of the source that it was built from
	Altered bool      // the source was changed after that
	Dated   time.Time // when that revision was made
	Go      string    // that it was built with
	System  string    // that it was built for, like linux/amd64
	Kiosk   string    // what this computer is called
	Machine string    // its id in the records that leave it
	Rules   []guideline.RuleSet
	// Libraries are the modules of others that are in the program, by path.
	Libraries []Library
}

// A Library is a module of somebody else.
type Library struct{ Path, Version string }

// Of returns the facts of the running program.
func Of(version, kiosk, machine string, rules []guideline.RuleSet) Facts {
	f := Facts{Version: version, Kiosk: kiosk, Machine: machine, Rules: rules, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if build, ok := debug.ReadBuildInfo(); ok {
		f.read(build.Settings)
		for _, m := range build.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			f.Libraries = append(f.Libraries, Library{m.Path, m.Version})
		}
	}
	return f
}

// read takes what the go command has noted of the source.
func (f *Facts) read(settings []debug.BuildSetting) {
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			f.Source = s.Value
		case "vcs.modified":
			f.Altered = s.Value == "true"
		case "vcs.time":
			f.Dated, _ = time.Parse(time.RFC3339, s.Value) // zero if it is not a time
		}
	}
}
