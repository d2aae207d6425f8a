package assets

import (
	"bytes"
	"fmt"
	"regexp"
)

// A picture may be a short animation: a group in it has an attribute frames with
// a transform for each key position, such as
//
//	<g frames="translate(0 -14)|translate(0 8)|translate(0 30)">
//
// A group that is not to be seen yet stands far outside. The last position shows
// what it all comes to, and is the picture wherever nothing may move.
var framesAttribute = regexp.MustCompile(`frames="([^"]*)"`)

// Frames returns how many key positions a picture has: 1 if it never moves.
func (p Picture) Frames() int {
	frames := 1
	svg, err := pictures.ReadFile(p.path)
	if err != nil {
		return frames
	}
	for _, m := range framesAttribute.FindAllSubmatch(svg, -1) {
		frames = max(frames, bytes.Count(m[1], []byte("|"))+1)
	}
	return frames
}

// Frame returns the picture's source at one of its key positions, counted from
// 0. Its colours are the placeholders Ink, Accent, Wash, Surface and Urgent, to
// be replaced by those of the palette in use.
func (p Picture) Frame(n int) ([]byte, error) {
	svg, err := pictures.ReadFile(p.path)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", p.path, err)
	}
	return framesAttribute.ReplaceAllFunc(svg, func(attribute []byte) []byte {
		at := bytes.Split(framesAttribute.FindSubmatch(attribute)[1], []byte("|"))
		return fmt.Appendf(nil, `transform="%s"`, at[min(max(n, 0), len(at)-1)])
	}), nil
}
