package paper

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// pressPages is how many pages are kept in memory. Each bundle of them brings
// its own copy of the characters it uses, some 30 kB.
const pressPages = 100

// A Press writes a document of any length page by page. The PDF library keeps
// a whole document in memory; so bundles of pages are drawn with it, one after
// the other, and their objects are joined to one file. It serves one
// goroutine.
type Press struct {
	w       io.Writer
	set     *Setter // measures, and draws the bundle at hand
	doc     Document
	pages   int   // in the bundle
	total   int   // in the file
	written int64 // bytes
	offsets []int64
	bundles []int // the objects that hold the pages of a bundle
	info    string
	err     error
}

// Press returns a press that writes to w. The pages of doc are ignored: each
// comes by Page. The sheets must come from this setter.
func (s *Setter) Press(w io.Writer, doc Document) *Press {
	return &Press{w: w, set: s, doc: doc}
}

// Page adds a page.
func (p *Press) Page(sh *Sheet) (err error) {
	if p.err != nil {
		return p.err
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = drawingError(cause)
		}
		p.err = err
	}()
	if p.pages == 0 {
		if p.set.pdf, err = newPDF(p.set.size); err != nil {
			return err
		}
		p.set.describe(p.doc)
	}
	p.set.page(sh)
	p.total++
	if p.pages++; p.pages == pressPages {
		return p.bundle()
	}
	return nil
}

// Close writes what is left and ends the file. A file without pages is none.
func (p *Press) Close() (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = drawingError(cause)
		}
	}()
	if p.err == nil && p.pages > 0 {
		p.err = p.bundle()
	}
	if p.err == nil && p.total == 0 {
		p.err = fmt.Errorf("%w: a document without pages", ErrDrawing)
	}
	if p.err != nil {
		return p.err
	}
	return p.end()
}

// The parts of a file of the PDF library.
var (
	objectHead = regexp.MustCompile(`(?m)^(\d+) 0 obj$`)
	reference  = regexp.MustCompile(`\b(\d+) 0 R\b`)
)

// bundle takes the objects of the library's file over into this one, under
// numbers that are free. The last two are the description and the catalogue,
// of which the file has its own.
func (p *Press) bundle() error {
	if err := p.set.pdf.Error(); err != nil {
		return drawingError(err)
	}
	var b bytes.Buffer
	if err := p.set.pdf.Output(&b); err != nil {
		return drawingError(err)
	}
	p.pages = 0
	objects, err := split(b.Bytes())
	if err != nil {
		return err
	}
	if p.total <= pressPages {
		p.write("%PDF-1.3\n%\xe2\xe3\xcf\xd3\n")
		p.offsets = make([]int64, 2) // the free one, and the root of all pages
	}
	base := len(p.offsets) - 1
	p.offsets = append(p.offsets, make([]int64, len(objects)-2)...)
	for _, o := range objects[:len(objects)-2] {
		number := base + o.number
		p.offsets[number] = p.written
		head := reference.ReplaceAllStringFunc(string(o.head), func(r string) string {
			n, _ := strconv.Atoi(strings.TrimSuffix(r, " 0 R"))
			return fmt.Sprintf("%d 0 R", base+n)
		})
		if o.number == 1 {
			p.bundles = append(p.bundles, number)
			head = strings.Replace(head, "/Type /Pages", "/Type /Pages\n/Parent 1 0 R", 1)
		}
		p.write(fmt.Sprintf("%d 0 obj\n%s", number, head))
		p.write(string(o.stream))
		p.write("endobj\n")
	}
	p.info = string(objects[len(objects)-2].head)
	return p.err
}

// end writes the root of all pages, the description and the index of objects.
func (p *Press) end() error {
	p.offsets[1] = p.written
	var kids strings.Builder
	for _, number := range p.bundles {
		fmt.Fprintf(&kids, "%d 0 R ", number)
	}
	p.write(fmt.Sprintf("1 0 obj\n<</Type /Pages\n/Kids [%s]\n/Count %d\n>>\nendobj\n", kids.String(), p.total))
	info := p.object(p.info)
	root := p.object("<<\n/Type /Catalog\n/Pages 1 0 R\n>>\n")
	at := p.written
	p.write(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(p.offsets)))
	for _, offset := range p.offsets[1:] {
		p.write(fmt.Sprintf("%010d 00000 n \n", offset))
	}
	p.write(fmt.Sprintf("trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", len(p.offsets), root, info, at))
	return p.err
}

// object writes an object and returns its number.
func (p *Press) object(content string) int {
	number := len(p.offsets)
	p.offsets = append(p.offsets, p.written)
	p.write(fmt.Sprintf("%d 0 obj\n%sendobj\n", number, content))
	return number
}

func (p *Press) write(text string) {
	if p.err != nil {
		return
	}
	n, err := io.WriteString(p.w, text)
	p.written += int64(n)
	if err != nil {
		p.err = fmt.Errorf("writing the PDF: %w", err)
	}
}

// An object of a file: its number, its dictionary, and its stream if it has
// one, with the words around it.
type object struct {
	number       int
	head, stream []byte
}

// split takes a file of the PDF library apart. It follows the lengths of
// streams, so that bytes inside them are never mistaken for objects.
func split(file []byte) ([]object, error) {
	var all []object
	rest := file
	for {
		at := objectHead.FindSubmatchIndex(rest)
		if at == nil {
			break
		}
		number, _ := strconv.Atoi(string(rest[at[2]:at[3]]))
		rest = rest[at[1]+1:]
		end := bytes.Index(rest, []byte("endobj\n"))
		if end < 0 {
			return nil, fmt.Errorf("%w: object %d has no end", ErrDrawing, number)
		}
		o := object{number: number, head: rest[:end]}
		if s := bytes.Index(rest[:end], []byte("stream\n")); s >= 0 {
			length, err := streamLength(rest[:s])
			tail := s + len("stream\n") + length
			if err != nil || tail > len(rest) {
				return nil, fmt.Errorf("%w: object %d has a stream without length", ErrDrawing, number)
			}
			stop := bytes.Index(rest[tail:], []byte("endobj\n"))
			if stop < 0 {
				return nil, fmt.Errorf("%w: object %d has no end", ErrDrawing, number)
			}
			end = tail + stop
			o.head, o.stream = rest[:s], rest[s:end]
		}
		all = append(all, o)
		rest = rest[end+len("endobj\n"):]
	}
	if len(all) < 4 {
		return nil, fmt.Errorf("%w: a file of %d objects", ErrDrawing, len(all))
	}
	return all, nil
}

var lengthEntry = regexp.MustCompile(`/Length (\d+)\b`)

func streamLength(dictionary []byte) (int, error) {
	m := lengthEntry.FindSubmatch(dictionary)
	if m == nil {
		return 0, ErrDrawing
	}
	return strconv.Atoi(string(m[1]))
}
