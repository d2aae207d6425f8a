package instruments

import (
	"slices"
	"time"
)

// A printer says a line every other second and nothing else. While others are asked
// at their speeds that line is noise, and the next is due a whole gap later, when
// whoever plugged it in has begun to wonder. But the noise lasts as long as the line,
// and a silence follows that nothing else keeps that speaks by itself: by these two it is
// named, until it has spoken. A station whose one record came just then is named so, too,
// until it should have spoken again.

// A murmur is a time in which something was heard that may not have been understood.
type murmur struct{ from, to time.Time }

// Of what is heard without being understood.
const (
	breath    = 30 * time.Millisecond  // what comes within it belongs together; adapters hand on late
	leastLine = 8 * time.Millisecond   // what is left of one that began before the plug
	mostLine  = 200 * time.Millisecond // one under headings
	talkative = time.Second            // others have spoken again by then
)

// overheard adds what took so long to come, and came until now.
func overheard(all []murmur, now time.Time, took time.Duration) []murmur {
	if last := len(all) - 1; last >= 0 && now.Add(-took).Sub(all[last].to) <= breath {
		all[last].to = now
		return all
	}
	return append(all, murmur{now.Add(-took), now})
}

// soleLine reports that all that was heard is one line, or most of it, as a printer
// says it, and that it is so long ago that anything else had spoken again. A change
// of speeds may have cut the line in two.
func soleLine(all []murmur, now time.Time) bool {
	if len(all) == 0 {
		return false
	}
	first, last := all[0], all[len(all)-1]
	heard := time.Duration(0)
	for _, m := range all {
		heard += m.to.Sub(m.from)
	}
	return heard >= leastLine && last.to.Sub(first.from) <= mostLine &&
		now.Sub(last.to) > talkative
}

// seldom reports that the instrument of d is silent for longer than all others that
// speak by themselves.
func seldom(d Driver) bool { return d.Model().Gap > talkative }

// guess returns what a patient party of the group does until it is over: it names the
// one that speaks seldom, as soon as what was heard can be of no other.
func (r *Rack) guess(s *slot, group []Driver, patient bool) func(*partyLine) {
	i := slices.IndexFunc(group, seldom)
	if !patient || i < 0 || slices.ContainsFunc(group[i+1:], seldom) {
		return func(*partyLine) {} // nobody, or more than one, would be meant
	}
	return func(l *partyLine) {
		if soleLine(slices.Concat(s.murmurs, l.murmurs), time.Now()) {
			r.settle(s, Ready, group[i], Identity{})
		}
	}
}
