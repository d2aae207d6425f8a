// Package clips speaks without a speech engine: with clips that one has said before. A
// pack holds those of one language, of all that a kiosk can say; a text is put together
// of the longest ones that fit. What nobody could say before, such as a name, is left out.
package clips

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Rate is how many samples a second a clip has. Speech needs no more.
const Rate = 11025

// Ending is what the file of a pack is called after its language.
const Ending = ".voice"

// magic begins each file.
const magic = "aidpost voice 1\n"

// ErrNoPack reports a file that is no pack.
var ErrNoPack = errors.New("no voice of Aidpost")

// head is the line of JSON behind the magic; the clips follow it.
type head struct {
	Language string            `json:"language"`
	Decimal  string            `json:"decimal"` // sign
	Made     string            `json:"made"`    // by which engine
	Clips    map[string][2]int `json:"clips"`   // by key, where it begins and how many bytes it has
}

// A Pack is the clips of one language.
type Pack struct {
	head
	longest int // words of a key
	data    []byte
}

// Write writes the clips of a language as a pack.
func Write(w io.Writer, language, decimal, made string, samples map[string][]int16) error {
	h := head{Language: language, Decimal: decimal, Made: made, Clips: map[string][2]int{}}
	var data []byte
	for _, key := range slices.Sorted(maps.Keys(samples)) {
		clip := pack(samples[key])
		h.Clips[key] = [2]int{len(data), len(clip)}
		data = append(data, clip...)
	}
	line, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("write a voice: %w", err)
	}
	for _, part := range [][]byte{[]byte(magic), append(line, '\n'), data} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write a voice: %w", err)
		}
	}
	return nil
}

// Read reads a pack.
func Read(from io.Reader) (*Pack, error) {
	r := bufio.NewReader(from)
	begin := make([]byte, len(magic))
	if _, err := io.ReadFull(r, begin); err != nil || string(begin) != magic {
		return nil, ErrNoPack
	}
	line, err := r.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPack, err)
	}
	p := &Pack{}
	if err := json.Unmarshal(line, &p.head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPack, err)
	}
	if p.data, err = io.ReadAll(r); err != nil {
		return nil, fmt.Errorf("read a voice: %w", err)
	}
	for key, at := range p.Clips {
		if at[0] < 0 || at[1] < 0 || at[0] > len(p.data)-at[1] {
			return nil, fmt.Errorf("%w: cut short", ErrNoPack)
		}
		p.longest = max(p.longest, strings.Count(key, " ")+1)
	}
	return p, nil
}

// Has reports whether there is a clip of a fragment.
func (p *Pack) Has(key string) bool { return p.Clips[key][1] > 0 }

// Missing lists the words of a text that the pack cannot say.
func (p *Pack) Missing(text string) []string { return missing(p.split(text)) }

func (p *Pack) split(text string) []part { return split(text, p.Has, p.longest, p.Decimal) }

const (
	breath = Rate / 4  // between sentences
	gap    = Rate / 25 // between words
)

// Say puts a text together, with a volume from 0 to 100. It is empty if nothing of it can
// be said.
func (p *Pack) Say(text string, volume int) []int16 {
	var out []int16
	for _, part := range p.split(text) {
		if !part.known {
			continue
		}
		if quiet := gap; len(out) > 0 {
			if part.pause {
				quiet = breath
			}
			out = append(out, make([]int16, quiet)...)
		}
		at := p.Clips[part.key]
		for _, s := range unpack(p.data[at[0] : at[0]+at[1]]) {
			out = append(out, int16(int(s)*volume/100))
		}
	}
	return out
}

// Length is how long samples last.
func Length(samples []int16) time.Duration {
	return time.Duration(len(samples)) * time.Second / Rate
}

// Open opens the pack of a language in the first of some folders that has one.
func Open(folders []string, language string) (*Pack, error) {
	for _, folder := range folders {
		f, err := os.Open(filepath.Join(folder, language+Ending))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open a voice: %w", err)
		}
		defer f.Close()
		p, err := Read(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		return p, nil
	}
	return nil, os.ErrNotExist
}
