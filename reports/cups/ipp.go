package cups

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// lpstat tells finished jobs by a text that is the same for one that came out
// and one that the printer's driver gave up. The print service itself knows:
// this is as much of its protocol (IPP, RFC 8010 and 8011) as asks for the
// state of one job.

// socket is where CUPS listens on this machine.
const socket = "/run/cups/cups.sock"

// The numbers of the protocol.
const (
	ippVersion          = 0x0200
	ippGetJobAttributes = 0x0009
	ippOperationGroup   = 0x01
	ippEnd              = 0x03
	ippLastGroup        = 0x0f // up to here a tag begins a group
	ippInteger          = 0x21
	ippEnum             = 0x23
	ippName             = 0x42
	ippKeyword          = 0x44
	ippURI              = 0x45
	ippCharset          = 0x47
	ippLanguage         = 0x48
	ippNotFound         = 0x0406
)

// jobStates are the values of job-state (RFC 8011, section 5.3.7).
var jobStates = map[int32]Phase{
	3: Waiting, 4: Held, 5: Sending, 6: Sending, 7: Cancelled, 8: Aborted, 9: Complete,
}

// A service asks the print service for the state of jobs.
type service struct{ client *http.Client }

// newService returns the service behind a socket.
func newService(path string) *service {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &service{&http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// stopPoint stays among the reasons of every job that has ended, however it did.
const stopPoint = "processing-to-stop-point"

// errIPP reports an answer that is none.
var errIPP = errors.New("the print service did not answer as expected")

// job asks for one job.
func (s *service) job(ctx context.Context, id JobID, user string) (Job, error) {
	_, number, _ := cutLast(string(id), "-")
	if !digits(number) {
		return Job{}, fmt.Errorf("asking for job %.40q: %w", id, ErrRefused)
	}
	ctx, stop := context.WithTimeout(ctx, commandTimeout)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost/jobs", bytes.NewReader(jobQuestion(number, user)))
	if err != nil {
		return Job{}, err
	}
	r.Header.Set("Content-Type", "application/ipp")
	response, err := s.client.Do(r)
	if err != nil {
		return Job{}, fmt.Errorf("asking for job %s: %w", id, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxOutput))
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%w: %s", errIPP, response.Status)
	}
	if err != nil {
		return Job{}, fmt.Errorf("asking for job %s: %w", id, err)
	}
	job, err := jobAnswer(answer)
	if err != nil {
		return Job{}, fmt.Errorf("asking for job %s: %w", id, err)
	}
	job.ID = id
	return job, nil
}

// jobQuestion is the request for the state of a job.
func jobQuestion(number, user string) []byte {
	var b bytes.Buffer
	for _, n := range []uint16{ippVersion, ippGetJobAttributes} {
		b.Write(binary.BigEndian.AppendUint16(nil, n))
	}
	b.Write([]byte{0, 0, 0, 1, ippOperationGroup})
	attribute := func(tag byte, name, value string) {
		b.WriteByte(tag)
		for _, s := range []string{name, value} {
			b.Write(binary.BigEndian.AppendUint16(nil, uint16(len(s))))
			b.WriteString(s)
		}
	}
	attribute(ippCharset, "attributes-charset", "utf-8")
	attribute(ippLanguage, "attributes-natural-language", "en")
	attribute(ippURI, "job-uri", "ipp://localhost/jobs/"+number)
	attribute(ippName, "requesting-user-name", user)
	for i, name := range []string{"job-state", "job-state-reasons", "job-printer-state-message"} {
		of := ""
		if i == 0 {
			of = "requested-attributes" // further values of an attribute have no name
		}
		attribute(ippKeyword, of, name)
	}
	b.WriteByte(ippEnd)
	return b.Bytes()
}

// jobAnswer reads what the service says of a job.
func jobAnswer(answer []byte) (Job, error) {
	status, attributes, err := parseIPP(answer)
	switch {
	case err != nil:
		return Job{}, err
	case status == ippNotFound:
		return Job{Phase: Gone}, nil
	case status >= 0x0100: // the others are successes
		return Job{}, fmt.Errorf("%w: status %#04x", errIPP, status)
	}
	state := attributes["job-state"]
	if len(state) != 1 || state[0].tag != ippEnum {
		return Job{}, fmt.Errorf("%w: no state", errIPP)
	}
	phase, ok := jobStates[state[0].number]
	if !ok {
		return Job{}, fmt.Errorf("%w: state %d", errIPP, state[0].number)
	}
	job := Job{Phase: phase}
	var said []string
	for _, name := range []string{"job-printer-state-message", "job-state-reasons"} {
		for _, v := range attributes[name] {
			if v.text != "" && v.text != "none" && v.text != stopPoint {
				said = append(said, v.text)
			}
		}
	}
	job.Reason = strings.Join(said, "; ")
	return job, nil
}

// A value of an attribute is a number or a text.
type value struct {
	tag    byte
	number int32
	text   string
}

// parseIPP reads an answer: its status, and all attributes by name.
func parseIPP(b []byte) (status uint16, attributes map[string][]value, err error) {
	const head = 8 // version, status, number of the request
	if len(b) < head {
		return 0, nil, fmt.Errorf("%w: %d bytes", errIPP, len(b))
	}
	status = binary.BigEndian.Uint16(b[2:])
	attributes = map[string][]value{}
	rest, last := b[head:], ""
	for len(rest) > 0 {
		tag := rest[0]
		rest = rest[1:]
		if tag == ippEnd {
			return status, attributes, nil
		}
		if tag <= ippLastGroup {
			last = ""
			continue
		}
		name, content := "", ""
		for _, s := range []*string{&name, &content} {
			if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
				return 0, nil, fmt.Errorf("%w: cut off", errIPP)
			}
			n := 2 + int(binary.BigEndian.Uint16(rest))
			*s, rest = string(rest[2:n]), rest[n:]
		}
		if name == "" {
			name = last
		}
		last = name
		v := value{tag: tag, text: content}
		if (tag == ippEnum || tag == ippInteger) && len(content) == 4 {
			v = value{tag: tag, number: int32(binary.BigEndian.Uint32([]byte(content)))}
		}
		attributes[name] = append(attributes[name], v)
	}
	return 0, nil, fmt.Errorf("%w: it has no end", errIPP)
}
