package words

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/language"
)

// staffLangs are the languages that staff can choose. Their words are many and
// change with the program, so not every language of the patients has them.
type staffLangs struct {
	all     []Lang // English first
	matcher language.Matcher
}

func staffLangsOf(tables []*table) staffLangs {
	var s staffLangs
	var tags []language.Tag
	for _, t := range tables {
		if len(t.staff) > 0 {
			s.all, tags = append(s.all, Lang{t}), append(tags, t.tag)
		}
	}
	s.matcher = language.NewMatcher(tags)
	return s
}

// StaffLangs lists the languages that staff screens and staff papers are
// written in, English first.
func (c *Catalogue) StaffLangs() []Lang { return append([]Lang(nil), c.staff.all...) }

// StaffLang gives the language of staff that fits a BCP 47 tag best, or
// English: a screen is never half in one language and half in another. The tag
// "en-XA" gives Pseudo.
func (c *Catalogue) StaffLang(tag string) Lang {
	if strings.EqualFold(tag, pseudoTag) {
		return c.Pseudo()
	}
	want, err := language.Parse(tag)
	if err != nil || len(c.staff.all) == 0 {
		return Lang{c.tables[0]}
	}
	_, i, confidence := c.staff.matcher.Match(want)
	if confidence == language.No {
		i = 0
	}
	return c.staff.all[i]
}

// readStaff adds the messages in staff/<tag>/ to the tables of their languages.
// A key that is there already, in whatever file, is an error.
func readStaff(fsys fs.FS, tables []*table) error {
	names, err := fs.Glob(fsys, "staff/*/*.json")
	if err != nil {
		return fmt.Errorf("list word files of staff: %w", err)
	}
	byTag := map[string]*table{}
	for _, t := range tables {
		t.staff = map[Key]bool{}
		byTag[t.tag.String()] = t
	}
	for _, name := range names {
		t := byTag[path.Base(path.Dir(name))]
		if t == nil {
			return fmt.Errorf("read words %s: there is no such language", name)
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("read words: %w", err)
		}
		if err := t.addStaff(data); err != nil {
			return fmt.Errorf("read words %s: %w", name, err)
		}
	}
	return nil
}

func (t *table) addStaff(data []byte) error {
	var messages map[Key]json.RawMessage
	if err := json.Unmarshal(data, &messages); err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	for key, raw := range messages {
		m, err := parseMessage(raw)
		if _, taken := t.messages[key]; taken && err == nil {
			err = errors.New("is in another file, too")
		}
		if err != nil {
			return fmt.Errorf("message %s: %w", key, err)
		}
		t.messages[key], t.staff[key] = m, true
	}
	return nil
}

// What the records name by a code has its words under a family of keys.
func coded(family, code string) Key { return Key(family + "." + code) }

// MarkName is a mark of a person.
func MarkName(code string) Key { return coded("mark", code) }

// LockName is why an instrument may not be used.
func LockName(code string) Key { return coded("lock", code) }

// HoldName is why somebody is parked in the queue.
func HoldName(code string) Key { return coded("hold", code) }

// MishapName is what has happened to an instrument.
func MishapName(code string) Key { return coded("mishap", code) }

// WhyName is a reason for a correction.
func WhyName(code string) Key { return coded("why", code) }

// UseName is what became of a reading.
func UseName(code string) Key { return coded("use", code) }

// AsideName is why a reading was set aside.
func AsideName(code string) Key { return coded("aside", code) }

// LieName is how an arm lies to a cuff.
func LieName(code string) Key { return coded("bedside.lie", code) }

// CautionName is what speaks against how a value was measured.
func CautionName(code string) Key { return coded("caution", code) }

// ObjectionName is what speaks against an instrument for a person.
func ObjectionName(code string) Key { return coded("meant", code) }

// SharingName is what the maker of a meter says of sharing it.
func SharingName(code string) Key { return coded("meant", "sharing-"+code) }

// SkipCleaningName is why an instrument is used without having been cleaned.
func SkipCleaningName(code string) Key { return coded("meant.skip", code) }

// MealName is how a blood sugar lies to a meal; an empty code is not known.
func MealName(code string) Key {
	if code == "" {
		code = "unknown"
	}
	return coded("meal", code)
}

// QuantityName is a measure.
func QuantityName(measure string) Key { return coded("quantity", measure) }

// ToldRoleName is who was told of a critical value.
func ToldRoleName(code string) Key { return coded("tell.role", code) }

// ToldWayName is how somebody was told.
func ToldWayName(code string) Key { return coded("tell.way", code) }

// IdentityReasonName is how it is known who somebody is who cannot say it.
func IdentityReasonName(code string) Key { return coded("identity", code) }

// MeasureReasonName is why something is measured, and MeasureOrderName who asked for it.
func MeasureReasonName(code string) Key { return coded("test.reason", code) }
func MeasureOrderName(code string) Key  { return coded("test.order", code) }

// UnreadName is why nobody has repeated a critical value.
func UnreadName(code string) Key { return coded("tell.unread", code) }

// RepeatName is why a critical value was not repeated.
func RepeatName(code string) Key { return coded("bedside.repeat", code) }
