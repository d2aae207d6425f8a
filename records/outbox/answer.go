package outbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A verdict is what an answer means for what was sent.
type verdict int

const (
	done       verdict = iota
	unreached          // no answer, or one that says nothing: it may have been done
	busy               // the server is there and cannot now
	failing            // the server fails at this very request
	refused            // never, with this content
	tooLarge           // not so much at once
	conflicted         // not as things stand on the server
	denied             // not with these credentials
	unfit              // not with these settings
)

// waits reports whether it is the server, or the way to it, for which all has to wait.
func (v verdict) waits() bool {
	return v == unreached || v == busy || v == denied || v == unfit
}

// An answer is a verdict and why, in words that hold nothing about a person.
type answer struct {
	verdict verdict
	why     string
	after   time.Duration // at least so long until the next try
	status  int           // of HTTP, if there was an answer
	body    []byte
}

// judge reads the status of an answer, and what its OperationOutcome adds.
func judge(status int, header http.Header, body []byte, now time.Time) answer {
	a := answer{body: body, why: outcome(status, body), status: status}
	switch {
	case status == http.StatusOK, status == http.StatusCreated, status == http.StatusNoContent:
		a.verdict, a.why = done, ""
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests,
		status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout,
		status == http.StatusInsufficientStorage:
		a.verdict, a.after = busy, retryAfter(header, now)
	case status == http.StatusUnauthorized:
		a.verdict = denied
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		a.verdict = refused
	case status == http.StatusConflict, status == http.StatusPreconditionFailed, status == http.StatusGone,
		status == http.StatusNotModified: // so some servers say that If-None-Match holds a write up
		a.verdict = conflicted
	case status == http.StatusRequestEntityTooLarge:
		a.verdict = tooLarge
	case status == http.StatusInternalServerError:
		a.verdict = failing
	default: // 3xx, 403, 404, 405, 406, 415, 501 and what nobody defined
		a.verdict = unfit
	}
	return a
}

// retryAfter reads how long a server wants to be left alone.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return min(time.Duration(n)*time.Second, maxWait)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(0, at.Sub(now)), maxWait)
	}
	return 0
}

// An operationOutcome is how a FHIR server says what is wrong. Its diagnostics
// and details may quote a person's data and are not read.
type operationOutcome struct {
	ResourceType string
	Issue        []struct {
		Severity, Code       string
		Expression, Location []string
		Diagnostics          string
	}
}

// The words for the codes of an OperationOutcome (R4 value set issue-type).
var issues = map[string]string{
	"invalid": "the content is invalid", "structure": "the structure is wrong", "required": "an element is missing",
	"value": "a value is wrong", "invariant": "a rule is broken", "security": "it is not allowed",
	"login": "credentials are missing", "forbidden": "it is forbidden", "processing": "it could not be processed",
	"not-supported": "the server does not support it", "duplicate": "it is there already",
	"multiple-matches": "it is on the server more than once", "not-found": "something it refers to is missing",
	"deleted": "it was deleted on the server", "too-long": "it is too long", "code-invalid": "a code is unknown",
	"extension": "an extension is not accepted", "too-costly": "it is too much at once",
	"business-rule": "a rule of the server forbids it", "conflict": "it was changed meanwhile",
	"exception": "the server failed", "throttled": "the server is too busy", "expired": "credentials have expired",
}

var (
	// place is an expression: a path of element names, nothing a person said.
	place = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.\[\]/()'*:-]{0,119}$`)
	// number is the mark by which HAPI FHIR's documentation finds an error.
	number = regexp.MustCompile(`HAPI-[0-9]{3,5}`)
)

// outcome says in words what a server refused.
func outcome(status int, body []byte) string {
	words := []string{fmt.Sprintf("the server answered %d %s", status, http.StatusText(status))}
	var o operationOutcome
	if json.Unmarshal(body, &o) != nil || o.ResourceType != "OperationOutcome" {
		return words[0]
	}
	for _, issue := range o.Issue[:min(3, len(o.Issue))] {
		if issue.Severity != "error" && issue.Severity != "fatal" {
			continue
		}
		text, known := issues[issue.Code]
		if !known {
			text = "for a reason of its own"
		}
		for _, at := range append(issue.Expression, issue.Location...) {
			if place.MatchString(at) {
				text += " at " + at
				break
			}
		}
		if mark := number.FindString(issue.Diagnostics); mark != "" {
			text += " (" + mark + ")"
		}
		words = append(words, text)
	}
	return strings.Join(words, "; ")
}
