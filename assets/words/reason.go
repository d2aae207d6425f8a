package words

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
)

// Reason says in the language why something could not be sent. What talks to a
// server keeps its reasons in English, clause by clause, as they also stand in
// logs and in the records; each clause that is one of the English "reason."
// messages is said anew, and what a server adds in words of its own stays.
func (l Lang) Reason(why string) string {
	if l.t == nil {
		return why
	}
	clauses := strings.Split(why, "; ")
	for i, clause := range clauses {
		clauses[i] = l.clause(clause)
	}
	if l.Direction() == RTL {
		return strings.Join(clauses, "؛ ")
	}
	return strings.Join(clauses, "; ")
}

// clause says one clause anew. A remark in brackets at its end is the server's.
func (l Lang) clause(text string) string {
	said, remark, found := strings.Cut(text, " (")
	if found {
		remark = " " + l.isolate("("+remark)
	}
	for _, r := range l.t.reasons {
		values := r.pattern.FindStringSubmatch(said)
		if values == nil {
			continue
		}
		var args []Arg
		for i, name := range r.pattern.SubexpNames()[1:] {
			value := values[i+1]
			if name == "what" { // itself a clause
				value = l.clause(value)
			}
			args = append(args, With(name, value))
		}
		return l.T(r.key, args...) + remark
	}
	return l.isolate(said) + remark
}

// A reason finds one English message of the family in what was said.
type reason struct {
	key     Key
	pattern *regexp.Regexp
	words   int // letters of its own
}

// counted are the placeholders that stand for a number.
var counted = map[string]bool{"count": true, "visits": true, "people": true, "entries": true, "lost": true, "number": true, "level": true}

// reasonsOf are the messages of a family of the English table. Those that say most come
// first, since what stands for a placeholder may be anything.
func reasonsOf(english *table, family string) []reason {
	var all []reason
	for key, m := range english.messages {
		if !strings.HasPrefix(string(key), family+".") {
			continue
		}
		r := reason{key: key}
		var pattern strings.Builder
		for _, s := range m.forms[plural.Other] {
			if s.placeholder {
				stands := ".+"
				if counted[s.text] {
					stands = "[0-9]+"
				}
				pattern.WriteString("(?P<" + s.text + ">" + stands + ")")
				continue
			}
			pattern.WriteString(regexp.QuoteMeta(s.text))
			r.words += len(s.text)
		}
		r.pattern = regexp.MustCompile("^" + pattern.String() + "$")
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b reason) int {
		return cmp.Or(cmp.Compare(b.words, a.words), cmp.Compare(a.key, b.key))
	})
	return all
}
