package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// PreviousName is the settings file as it was before the last change.
const PreviousName = "site.previous.json"

// ErrNoPrevious reports that there is no change to take back.
var ErrNoPrevious = errors.New("no earlier settings are kept")

// SaveSettings puts a settings file in the place of the one in a data folder,
// which is kept as PreviousName. Nothing is written that ParseProfile refuses,
// and at no moment is there half a file.
func SaveSettings(folder string, text []byte) (Profile, error) {
	p, err := ParseProfile(folder, text)
	if err != nil {
		return p, err
	}
	before, err := readSettings(folder)
	if err != nil {
		return p, err
	}
	if before == nil {
		before = []byte("{}\n")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return p, fmt.Errorf("saving the settings: %w", err)
	}
	if err := replaceFile(filepath.Join(folder, PreviousName), before); err != nil {
		return p, err
	}
	if err := replaceFile(filepath.Join(folder, ProfileName), text); err != nil || p.Sync == nil {
		return p, err
	}
	old := filepath.Join(folder, SyncName) // what it said is in the settings now
	if err := os.Rename(old, old+".before"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p, fmt.Errorf("saving the settings: %w", err)
	}
	return p, nil
}

// WithServer returns a settings file with what SyncName in the folder says of the
// server, where only that does.
func WithServer(folder string, text []byte) ([]byte, error) {
	old, err := os.ReadFile(filepath.Join(folder, SyncName))
	if errors.Is(err, fs.ErrNotExist) {
		return text, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", SyncName, err)
	}
	var said struct {
		Sync json.RawMessage `json:"sync"`
	}
	if err := json.Unmarshal(text, &said); err != nil || said.Sync != nil {
		return text, nil // ParseProfile knows more of it, and LoadSync of two
	}
	var server map[string]any
	if err := json.Unmarshal(old, &server); err != nil {
		return nil, fmt.Errorf("reading %s: %w", SyncName, err)
	}
	return Edit(text, map[string]any{"sync": server})
}

// Previous returns the settings file before the last change, or ErrNoPrevious.
func Previous(folder string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(folder, PreviousName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoPrevious
	}
	if err != nil {
		return nil, fmt.Errorf("reading the earlier settings: %w", err)
	}
	return text, nil
}

// Settings returns the settings file in a data folder, or an empty one.
func Settings(folder string) ([]byte, error) {
	text, err := readSettings(folder)
	if err == nil && text == nil {
		text = []byte("{}\n")
	}
	return text, err
}

// Edit returns a settings file with other values at paths; nil takes a value
// away, so that its default counts. What stands elsewhere stays, in the order of
// Fields. Only parts of objects can be set, not entries of lists.
func Edit(text []byte, values map[string]any) ([]byte, error) {
	root := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // as they were written
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("changing the settings: %w", err)
	}
	for path, value := range values {
		set(root, strings.Split(path, "."), value)
	}
	var b bytes.Buffer
	if err := write(&b, root, "", ""); err != nil {
		return nil, fmt.Errorf("changing the settings: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func set(in map[string]any, path []string, value any) {
	name := path[0]
	if len(path) == 1 {
		if value == nil {
			delete(in, name)
		} else {
			in[name] = value
		}
		return
	}
	inner, ok := in[name].(map[string]any)
	if !ok {
		if value == nil {
			return
		}
		inner = map[string]any{}
		in[name] = inner
	}
	set(inner, path[1:], value)
	if len(inner) == 0 {
		delete(in, name)
	}
}

// write writes an object a line for each member. Lists stay on a line.
func write(b *bytes.Buffer, object map[string]any, path, indent string) error {
	b.WriteByte('{')
	inner := indent + "  "
	for i, name := range inOrder(object, path) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "\n%s%s: ", inner, strconv.Quote(name))
		if o, ok := object[name].(map[string]any); ok {
			if err := write(b, o, join(path, name), inner); err != nil {
				return err
			}
			continue
		}
		var value bytes.Buffer
		encoder := json.NewEncoder(&value)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(object[name]); err != nil {
			return err
		}
		b.Write(bytes.TrimSpace(value.Bytes()))
	}
	if len(object) > 0 {
		b.WriteString("\n" + indent)
	}
	b.WriteByte('}')
	return nil
}

// inOrder lists an object's members as Fields has them.
func inOrder(object map[string]any, path string) []string {
	var names []string
	for _, f := range Fields() {
		rest, ok := strings.CutPrefix(f.Path, path)
		if name, _, _ := strings.Cut(strings.TrimPrefix(rest, "."), "."); ok && object[name] != nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var others []string
	for name := range object {
		if !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	return append(names, others...)
}

// A Change is a setting that two files have different.
type Change struct {
	Path          string // as in Field.Path; of a limit see Change.Limit
	Before, After string // as a person reads them; "" is nothing
	Takes         Takes
}

// Limit returns the critical limit that changes; its value is in Before and After.
func (c Change) Limit() (l guideline.Limit, ok bool) {
	inner, ok := strings.CutPrefix(c.Path, "critical.")
	about := strings.Fields(strings.TrimSuffix(inner, ".at"))
	if !ok || len(about) != 3 {
		return l, false
	}
	return guideline.Limit{Measure: vitals.Measure(about[0]), Unit: vitals.Unit(about[1]), Side: guideline.Side(about[2])}, true
}

// Changes lists what differs between two settings, in the order of Fields.
func Changes(before, after Profile) ([]Change, error) {
	var sides [2]map[string]string
	for i, p := range []Profile{before, after} {
		if err := p.flat(&sides[i]); err != nil {
			return nil, err
		}
	}
	var list []Change
	for _, f := range Fields() {
		var paths []string
		for _, side := range sides {
			for path := range side {
				if f.covers(path) && !slices.Contains(paths, path) {
					paths = append(paths, path)
				}
			}
		}
		slices.Sort(paths)
		for _, path := range paths {
			was, is := sides[0][path], sides[1][path]
			if was != is && !(unsaid(was) && unsaid(is)) {
				list = append(list, Change{Path: path, Before: was, After: is, Takes: f.Takes})
			}
		}
	}
	return list, nil
}

// unsaid reports whether a value is what a part that is not there counts as.
func unsaid(value string) bool { return value == "" || value == "0" || value == "false" }

// covers reports whether a path is one of a field's.
func (f Field) covers(path string) bool {
	want, have := strings.Split(f.Path, "."), strings.Split(path, ".")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != "*" && want[i] != have[i] {
			return false
		}
	}
	return true
}

// flat writes the settings as they count into a table by path.
func (p Profile) flat(into *map[string]string) error {
	*into = map[string]string{}
	if n := len(p.Logo); n > 0 { // which one it is shows in its size
		if w, h, err := LogoSize(p.Logo); err == nil {
			(*into)["logo"] = fmt.Sprintf("%d × %d, %d kB, %04x", w, h, (n+1023)>>10, crc32.ChecksumIEEE(p.Logo)&0xffff)
		}
		p.Logo = nil
	}
	for _, l := range p.Critical { // one limit is one thing, wherever it stands in the list
		(*into)[fmt.Sprintf("critical.%s %s %s.at", l.Measure, l.Unit, l.Side)] = l.At.String()
	}
	p.Critical = nil
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("comparing settings: %w", err)
	}
	var root map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		return fmt.Errorf("comparing settings: %w", err)
	}
	flatten(*into, "", root)
	return nil
}

func flatten(into map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			flatten(into, join(path, name), inner)
		}
	case []any:
		var words []string
		for i, inner := range v {
			if _, object := inner.(map[string]any); object {
				flatten(into, join(path, strconv.Itoa(i)), inner)
				continue
			}
			words = append(words, fmt.Sprint(inner))
		}
		if len(words) > 0 {
			into[path] = strings.Join(words, ", ")
		}
	case nil:
	default:
		if text := fmt.Sprint(v); text != "" {
			into[path] = text
		}
	}
}

// ChangedPaths names the settings that change, for the audit trail. Their values
// stand in the file and in the one before.
func ChangedPaths(changes []Change) string {
	var names []string
	for _, c := range changes {
		names = append(names, c.Path)
	}
	const most = 12
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// findSettings puts on record that the settings file is another one than Aidpost last
// read or wrote: somebody has changed it by hand, or records of another time were
// brought back.
func (s *Site) findSettings(ctx context.Context, folder string) error {
	text, err := Settings(folder)
	if err != nil {
		return err
	}
	return s.Store.FindSettings(ctx, text, func(known []byte) string {
		before, unreadable := ParseProfile(folder, known)
		after, err := ParseProfile(folder, text)
		if unreadable != nil || err != nil {
			return "settings: not as they were last known"
		}
		changes, err := Changes(before, after)
		if err != nil || len(changes) == 0 {
			return "settings: not as they were last known, though no value is another"
		}
		return "settings: not as they were last known: " + ChangedPaths(changes)
	})
}
