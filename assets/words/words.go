// Package words is the message catalogue: every sentence a person reads on a
// screen, on paper or in a guided visit of the command line, in each language
// the kiosk offers.
//
// A language is one JSON file in this folder. Adding a language is adding its
// file: the file says how the language writes dates and numbers, and holds the
// messages. English holds a note for translators beside each message. Keys are
// typed constants, so that a misspelt key does not compile.
//
// What only staff reads is in staff/<tag>/, a file for each area of their work,
// and in fewer languages: see Catalogue.StaffLang.
//
// Nothing here is global or mutable: Load reads the embedded files, and a Lang
// is a small value that any number of goroutines may share.
package words

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

//go:embed *.json staff/*/*.json
var files embed.FS

// source is the language that translators work from, and the one that fills in
// where another language lacks a message.
const source = "en"

// Catalogue holds all languages. It does not change after Load.
type Catalogue struct {
	tables  []*table
	matcher language.Matcher
	staff   staffLangs
}

// Load reads the embedded languages. An error means that the program was built
// with a broken file.
func Load() (*Catalogue, error) {
	return load(files)
}

// Tags lists the BCP 47 tags of the languages that Load reads, without reading
// them.
func Tags() ([]string, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list words: %w", err)
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ".json")
	}
	return names, nil
}

// load reads every *.json of fsys. English comes first, the others follow by
// tag; messages that a language lacks are taken from English.
func load(fsys fs.FS) (*Catalogue, error) {
	tables, err := readAll(fsys)
	if err != nil {
		return nil, err
	}
	if len(tables) == 0 || tables[0].tag.String() != source {
		return nil, fmt.Errorf("load words: no file for %q", source)
	}
	tags := make([]language.Tag, len(tables))
	reasons, noted := reasonsOf(tables[0], "reason"), reasonsOf(tables[0], "noted")
	for i, t := range tables {
		t.reasons, t.noted = reasons, noted
		tags[i] = t.tag
		for key, m := range tables[0].messages {
			if _, ok := t.messages[key]; !ok {
				t.messages[key] = m
			}
		}
	}
	return &Catalogue{tables: tables, matcher: language.NewMatcher(tags), staff: staffLangsOf(tables)}, nil
}

// readAll reads the files as they are, with no message filled in.
func readAll(fsys fs.FS) ([]*table, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list word files: %w", err)
	}
	var tables []*table
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read words: %w", err)
		}
		t, err := parseTable(data)
		if err != nil {
			return nil, fmt.Errorf("read words %s: %w", name, err)
		}
		if want := strings.TrimSuffix(path.Base(name), ".json"); t.tag.String() != want {
			return nil, fmt.Errorf("read words %s: the file says it is %q", name, t.tag)
		}
		tables = append(tables, t)
	}
	if err := readStaff(fsys, tables); err != nil {
		return nil, err
	}
	slices.SortStableFunc(tables, func(a, b *table) int {
		switch {
		case a.tag == b.tag:
			return 0
		case a.tag.String() == source:
			return -1
		case b.tag.String() == source:
			return 1
		}
		return strings.Compare(a.tag.String(), b.tag.String())
	})
	return tables, nil
}

// Lang gives the language that fits a BCP 47 tag best ("es", "es-MX",
// "ar_EG"), or English. The tag "en-XA" gives Pseudo.
func (c *Catalogue) Lang(tag string) Lang {
	if strings.EqualFold(tag, pseudoTag) {
		return c.Pseudo()
	}
	want, err := language.Parse(tag)
	if err != nil {
		return Lang{c.tables[0]}
	}
	_, i, confidence := c.matcher.Match(want)
	if confidence == language.No {
		i = 0
	}
	return Lang{c.tables[i]}
}

// Ordered lists the languages a person can choose, those that fit the tags
// first and in their order, then the others as Langs has them. A tag that fits
// no language is passed over.
func (c *Catalogue) Ordered(first ...string) []Lang {
	all := c.Langs()
	ordered := make([]Lang, 0, len(all))
	for _, tag := range first {
		i := slices.IndexFunc(all, func(l Lang) bool { return strings.EqualFold(l.Tag(), tag) })
		if i >= 0 {
			ordered = append(ordered, all[i])
			all = slices.Delete(all, i, i+1)
		}
	}
	return append(ordered, all...)
}

// Langs lists the languages a person can choose, English first.
func (c *Catalogue) Langs() []Lang {
	all := make([]Lang, len(c.tables))
	for i, t := range c.tables {
		all[i] = Lang{t}
	}
	return all
}
