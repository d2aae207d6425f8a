package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/passport"
	"aidpost/records/signing"
)

func passportVerb() verb {
	return verb{
		name: "passport", args: "issue|present|list|revoke|revoked|take|trust|key [flags] [--data DIR]",
		brief: "certificates of staff that other sites check without a network",
		about: `
A passport is the certificates of a member of staff as a signed text, for a badge.
Every site that trusts the key of the one that gave it out takes it, without a
network, till each certificate in it ends.

  issue    makes one: --account --out. A .pdf is a card to print, with the code
           that a scanner reads; anything else gets the text
  present  takes one for an account of the same name: --account --in
  list     those that were given out here, and which were taken back
  revoke   takes one back: --id --reason
  revoked  the signed list of those taken back, for other sites: --out
  take     takes such a list from a site that is trusted: --in
  trust    takes the passports of another site: --site --keys, or with --never
           no more
  key      the public key of this site, as a file for --keys of others

Taking a certificate back (aidpost qc certify) takes its passports back, too.`,
		exits: []int{ExitFailed, ExitDenied, ExitNotValid, ExitInterrupted},
		setup: setupPassport,
	}
}

// A passportJob is what the flags of passport say.
type passportJob struct {
	account, out, in, id, why, site, keys, lang string
	force, never                                bool
	zone                                        *time.Location
	profile                                     site.Profile
}

type passportAction struct {
	needs []string
	do    func(context.Context, *records.Access, *passportJob) error
}

func (c *command) passportActions() map[string]passportAction {
	return map[string]passportAction{
		"issue":   {[]string{"account", "out"}, c.passportIssue},
		"present": {[]string{"account", "in"}, c.passportPresent},
		"list":    {nil, c.passportList},
		"revoke":  {[]string{"id", "reason"}, c.passportRevoke},
		"revoked": {[]string{"out"}, c.passportRevoked},
		"take":    {[]string{"in"}, c.passportTake},
		"trust":   {[]string{"site"}, c.passportTrust},
		"key":     {nil, c.passportKey},
	}
}

func setupPassport(c *command) func(context.Context, []string) error {
	j := &passportJob{}
	data, zone := c.dataFlag(), c.zoneFlag()
	for _, f := range []struct {
		into        *string
		name, about string
	}{
		{&j.account, "account", "the `account`; see: aidpost staff list"}, {&j.out, "out", "the `file` to write, or - for standard output"},
		{&j.in, "in", "the `file` to read, or - for standard input"}, {&j.id, "id", "the `id` of a passport"},
		{&j.why, "reason", "the `reason`"}, {&j.site, "site", "the `name` of another site"},
		{&j.keys, "keys", "a `file` with the public keys of that site (JWKS)"}, {&j.lang, "lang", "the `language` of a card"},
	} {
		c.flags.StringVar(f.into, f.name, "", f.about)
	}
	c.flags.BoolVar(&j.never, "never", false, "do not trust the site any more")
	c.flags.BoolVar(&j.force, "force", false, "replace a file that exists")
	return func(ctx context.Context, args []string) error {
		const actions = "issue, present, list, revoke, revoked, take, trust or key"
		what, err := one(args, "what to do: "+actions)
		if err != nil {
			return err
		}
		action, ok := c.passportActions()[what]
		if !ok {
			return usage("%.40q is not %s", what, actions)
		}
		for _, name := range action.needs {
			if c.flags.Lookup(name).Value.String() == "" {
				return usage("passport %s needs --%s", what, name)
			}
		}
		if j.zone, err = zone(); err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if j.profile, err = site.LoadProfile(folder); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error { return passportFailure(action.do(ctx, a, j)) })
	}
}

// passportFailure gives what a passport is refused for its exit code.
func passportFailure(err error) error {
	for _, why := range []error{
		passport.ErrExpired, passport.ErrClock, records.ErrRevoked, records.ErrNotTheirs, signing.ErrKey, signing.ErrChanged, signing.ErrToken,
	} {
		if errors.Is(err, why) {
			return fail(ExitNotValid, "not valid: %w", why)
		}
	}
	return err
}

func (c *command) passportIssue(ctx context.Context, a *records.Access, j *passportJob) error {
	if err := c.mayWrite(j.out, j.force); err != nil {
		return err
	}
	who, err := accountOf(ctx, a, j.account)
	if err != nil {
		return err
	}
	all, err := words.Load()
	if err != nil {
		return err
	}
	lang := j.lang
	if lang == "" {
		lang = systemLanguage(c.Getenv)
	}
	text, p, err := a.IssuePassport(ctx, who, j.profile.Name)
	if err != nil {
		return err
	}
	return c.deliver(j.out, j.force, func(w io.Writer) error {
		if !strings.HasSuffix(j.out, ".pdf") {
			_, err := fmt.Fprintln(w, text)
			return err
		}
		k := &clerk.Clerk{Access: a, Profile: j.profile, Words: all, Zone: j.zone, Lang: lang, Now: c.Now}
		return k.WritePassport(ctx, w, text, p)
	})
}

// accountOf is the account that a name or an id means.
func accountOf(ctx context.Context, a *records.Access, name string) (records.ID, error) {
	if who := a.Who(); name == string(who.ID) || strings.EqualFold(name, who.Name) && who.ID != "" {
		return who.ID, nil // nobody needs the list to find themselves
	}
	all, err := a.Staff(ctx)
	if err != nil {
		return "", err
	}
	return accountNamed(all, name)
}

// mostPassport bounds a file with a passport or a list.
const mostPassport = 1 << 20

func (c *command) passportPresent(ctx context.Context, a *records.Access, j *passportJob) error {
	who, err := accountOf(ctx, a, j.account)
	if err != nil {
		return err
	}
	text, err := c.readFile(j.in, mostPassport)
	if err != nil {
		return err
	}
	p, err := a.PresentPassport(ctx, who, string(text))
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "%s, from %s\n", clean(p.Name), clean(p.Issuer))
	for _, g := range p.Grants {
		fmt.Fprintf(c.Stdout, "%s until %s\n", g.Panel, g.Until.In(j.zone).AddDate(0, 0, -1).Format(time.DateOnly))
	}
	return nil
}

func (c *command) passportList(ctx context.Context, a *records.Access, j *passportJob) error {
	log, err := a.Quality(ctx)
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "ID\tACCOUNT\tGIVEN\tUNTIL\tSTATE")
	for _, p := range log.Passports {
		state := "good"
		switch {
		case log.WasRevoked(p.ID, ""):
			state = "taken back"
		case !c.Now().Before(p.Until):
			state = "expired"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", p.ID, p.Account, p.At.In(j.zone).Format(time.DateOnly), p.Until.In(j.zone).AddDate(0, 0, -1).Format(time.DateOnly), state)
	}
	return tw.Flush()
}

func (c *command) passportRevoke(ctx context.Context, a *records.Access, j *passportJob) error {
	return a.RevokePassport(ctx, j.id, j.why)
}

func (c *command) passportRevoked(ctx context.Context, a *records.Access, j *passportJob) error {
	if err := c.mayWrite(j.out, j.force); err != nil {
		return err
	}
	text, err := a.RevokedPassports(ctx, j.profile.Name)
	if err != nil {
		return err
	}
	return c.deliver(j.out, j.force, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, text)
		return err
	})
}

func (c *command) passportTake(ctx context.Context, a *records.Access, j *passportJob) error {
	text, err := c.readFile(j.in, mostPassport)
	if err != nil {
		return err
	}
	n, err := a.TakeRevoked(ctx, string(bytes.TrimSpace(text)))
	if err == nil {
		_, err = fmt.Fprintf(c.Stdout, "%d taken back\n", n)
	}
	return err
}

func (c *command) passportTrust(ctx context.Context, a *records.Access, j *passportJob) error {
	if (j.keys == "") != j.never {
		return usage("passport trust needs --keys, or --never")
	}
	var keys signing.Set
	if !j.never {
		text, err := c.readFile(j.keys, mostPassport)
		if err != nil {
			return err
		}
		if keys, err = signing.ParseSet(text); err != nil {
			return fail(ExitFailed, "%s: %w", j.keys, err)
		}
	}
	return a.TrustSite(ctx, j.site, keys)
}

func (c *command) passportKey(ctx context.Context, a *records.Access, _ *passportJob) error {
	public, err := a.SiteKey(ctx)
	if err != nil {
		return err
	}
	return c.printKeys(signing.Set{Keys: []signing.Public{public}})
}

// printKeys prints public keys as a file has them.
func (c *command) printKeys(keys signing.Set) error {
	text, err := json.MarshalIndent(keys, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(c.Stdout, "%s\n", text)
	}
	return err
}
