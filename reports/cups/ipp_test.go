package cups

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// answerOf is what CUPS says of a job in a state.
func answerOf(status uint16, state int32, texts ...string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{2, 0}, status)
	b = append(b, 0, 0, 0, 1, ippOperationGroup)
	put := func(tag byte, name, content string) {
		b = append(b, tag)
		for _, s := range []string{name, content} {
			b = append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
		}
	}
	put(ippCharset, "attributes-charset", "utf-8")
	if state != 0 {
		b = append(b, 0x02)
		put(ippEnum, "job-state", string(binary.BigEndian.AppendUint32(nil, uint32(state))))
		for i, text := range texts {
			name := "job-state-reasons"
			if i > 0 {
				name = ""
			}
			put(ippKeyword, name, text)
		}
	}
	return append(b, ippEnd)
}

func TestJobAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		answer []byte
		want   Job
		err    error
	}{
		"waiting":     {answerOf(0, 3, "none"), Job{Phase: Waiting}, nil},
		"held":        {answerOf(0, 4, "job-hold-until-specified"), Job{Phase: Held, Reason: "job-hold-until-specified"}, nil},
		"sending":     {answerOf(1, 5, "job-printing"), Job{Phase: Sending, Reason: "job-printing"}, nil},
		"cancelled":   {answerOf(0, 7, "job-canceled-by-user"), Job{Phase: Cancelled, Reason: "job-canceled-by-user"}, nil},
		"aborted":     {answerOf(0, 8, "aborted-by-system", "job-stopped"), Job{Phase: Aborted, Reason: "aborted-by-system; job-stopped"}, nil},
		"complete":    {answerOf(0, 9, "job-completed-successfully"), Job{Phase: Complete, Reason: "job-completed-successfully"}, nil},
		"refilled":    {answerOf(0, 9, "processing-to-stop-point"), Job{Phase: Complete}, nil},
		"gone":        {answerOf(ippNotFound, 0), Job{Phase: Gone}, nil},
		"refused":     {answerOf(0x0403, 0), Job{}, errIPP},
		"no state":    {answerOf(0, 0), Job{}, errIPP},
		"other state": {answerOf(0, 77), Job{}, errIPP},
		"nothing":     {nil, Job{}, errIPP},
		"a web page":  {[]byte("<html><body>not found</body></html>"), Job{}, errIPP},
	} {
		got, err := jobAnswer(test.answer)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: %+v, %v; want %+v, %v", name, got, err, test.want, test.err)
		}
	}
	whole := answerOf(0, 9, "job-completed-successfully")
	for n := range whole {
		if job, err := jobAnswer(whole[:n]); err == nil {
			t.Errorf("cut at %d: %+v", n, job)
		}
	}
}

// TestServiceIsAsked: over a socket as CUPS has one, the question names the job
// and whoever asks, and the answer is believed before that of lpstat.
func TestServiceIsAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Skip("SKIPPED: no sockets here: ", err)
	}
	var asked []byte
	answer := answerOf(0, 8, "aborted-by-system")
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ = io.ReadAll(r.Body)
		if r.Header.Get("Content-Type") != "application/ipp" {
			t.Error(r.Header)
		}
		_, _ = w.Write(answer)
	})}
	go func() { _ = server.Serve(l) }()
	defer server.Close()

	run := &tape{answers: map[string]string{
		"lpstat -W not-completed -l -o office": "", "lpstat -W completed -l -o office": "office-17  u  1  d\n\tAlerts: job-completed-successfully\n"}}
	s := New(run)
	s.service, s.user = newService(path), "ada"
	job, err := s.Job(t.Context(), "office-17")
	if err != nil || job.ID != "office-17" || job.Phase != Aborted || len(run.asked) > 0 {
		t.Errorf("%+v, %v, asked %v", job, err, run.asked)
	}
	for _, want := range []string{"ipp://localhost/jobs/17", "ada", "job-state-reasons"} {
		if !bytes.Contains(asked, []byte(want)) {
			t.Errorf("the question does not say %q", want)
		}
	}
	answer = []byte("busy")
	if job, err := s.Job(t.Context(), "office-17"); err != nil || job.Phase != Complete {
		t.Errorf("a service that makes no sense: %+v, %v", job, err)
	}
	server.Close()
	if job, err := s.Job(t.Context(), "office-17"); err != nil || job.Phase != Complete || len(run.asked) < 2 {
		t.Errorf("a service that is gone: %+v, %v", job, err)
	}
}

// A receipt is printed on a piece of the roll that is as long as its text.
func TestReceiptMedia(t *testing.T) {
	run := &tape{answers: map[string]string{"lp -d r -o media=Custom.227x512 -t Summary -": "request id is r-3 (0 file(s))"}}
	pdf := []byte("%PDF-1.3\n3 0 obj\n<</Type /Page\n/MediaBox [0 0 226.77 511.30]\n")
	if id, err := New(run).Print(t.Context(), "r", Page{Media: "Receipt", PDF: pdf}); err != nil || id != "r-3" {
		t.Errorf("%q, %v, asked %v", id, err, run.asked)
	}
	if _, err := New(run).Print(t.Context(), "r", Page{Media: "Receipt", PDF: []byte("x")}); err == nil {
		t.Error("a receipt without a size")
	}
}

func FuzzJobAnswer(f *testing.F) {
	f.Add(answerOf(0, 9, "job-completed-successfully"))
	f.Add(answerOf(ippNotFound, 0))
	f.Add([]byte{2, 0, 0, 0, 0, 0, 0, 1, 0x44, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, answer []byte) {
		job, err := jobAnswer(answer)
		if err == nil && strings.Contains(job.Reason, "none; none") {
			t.Error(job)
		}
	})
}
