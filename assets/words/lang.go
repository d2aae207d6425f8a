package words

import (
	"fmt"

	"golang.org/x/text/feature/plural"
)

// Key names a message. The constants in the keys files are all there are,
// besides those made by Band, Meaning, NextTier, FaultTitle and FaultRemedy.
type Key string

// Arg is a value for the placeholder {Name}: a text, or a message of its own.
type Arg struct {
	Name, Value string
	Key         Key
}

// With gives the placeholder {name} a value. Numbers with a unit come from
// Lang.Quantity, times from Lang.Time; an int is written with the digits 0-9.
func With[T string | int](name string, value T) Arg {
	return Arg{Name: name, Value: fmt.Sprint(value)}
}

// WithKey gives the placeholder {name} another message, in whatever language the whole is
// said.
func WithKey(name string, key Key) Arg { return Arg{Name: name, Key: key} }

// Direction is the way the lines of a language run.
type Direction int

// The two directions.
const (
	LTR Direction = iota // left to right
	RTL                  // right to left
)

// Lang is one language. It is a small value: copy it freely, share it between
// goroutines, compare it with ==. The zero Lang answers with the bare keys.
type Lang struct {
	t *table
}

// Tag is the BCP 47 tag, such as "es".
func (l Lang) Tag() string { return l.habits().Tag }

// Name is the language's name in itself, such as "Español".
func (l Lang) Name() string { return l.habits().Name }

// Direction tells how lines run.
func (l Lang) Direction() Direction {
	if l.habits().Direction == "rtl" {
		return RTL
	}
	return LTR
}

func (l Lang) habits() *habits {
	if l.t == nil {
		return &undetermined
	}
	return &l.t.habits
}

// T is the text of key. A message that has plural forms answers with its
// form other; use N for those.
func (l Lang) T(key Key, args ...Arg) string {
	return l.text(key, plural.Other, args)
}

// N is the text of key for n things, in the plural form the language wants.
// {n} is n itself.
func (l Lang) N(key Key, n int, args ...Arg) string {
	if l.t == nil {
		return string(key)
	}
	withN := make([]Arg, 0, len(args)+1)
	withN = append(append(withN, args...), With("n", n))
	return l.text(key, l.t.form(n), withN)
}

func (l Lang) text(key Key, form plural.Form, args []Arg) string {
	if l.t == nil {
		return string(key)
	}
	m, ok := l.t.messages[key]
	if !ok {
		return string(key)
	}
	return m.in(form).expand(func(name string) (string, bool) {
		for _, a := range args {
			if a.Name == name && a.Key != "" {
				return l.T(a.Key), true
			}
			if a.Name == name {
				return l.isolate(a.Value), true
			}
		}
		return "", false
	})
}
