package records

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// An Account is a member of staff as others see them.
type Account struct {
	ID       ID         `json:"id"`
	Name     string     `json:"name"`
	Role     staff.Role `json:"role"`
	Created  time.Time  `json:"created"`
	Disabled time.Time  `json:"disabled,omitzero"`
	LastIn   time.Time  `json:"lastIn,omitzero"`  // when they signed in last
	Failed   int        `json:"failed,omitempty"` // attempts since the last right one
	Locked   bool       `json:"locked,omitempty"` // until a supervisor unlocks it
	// MustChange: the PIN was chosen by somebody else and lets nobody do more
	// than change it.
	MustChange bool `json:"mustChange,omitempty"`
}

// A NewAccount is what an account is made of.
type NewAccount struct {
	Name  string
	Role  staff.Role
	Badge string // what the scanner reads
	PIN   string
	// Temporary: whoever gets the account has to choose a PIN of their own first.
	Temporary bool
}

// Errors of accounts.
var (
	// ErrSignIn: the badge is unknown or the PIN wrong; nobody learns which.
	ErrSignIn = errors.New("wrong badge or PIN")
	// ErrNeedsSignIn: there are accounts, so nobody acts without one.
	ErrNeedsSignIn = errors.New("sign in first")
	// ErrMustChangePIN: somebody else has chosen the PIN; nothing but ResetPIN of
	// one's own account is allowed before it is another one.
	ErrMustChangePIN = errors.New("choose a PIN of your own first")
	// ErrTaken: somebody has that name or badge.
	ErrTaken = errors.New("somebody else has it")
	// ErrLastAdministrator: without this account nobody could manage accounts.
	ErrLastAdministrator = errors.New("the last administrator stays")
)

// minBadge is how many letters a badge has at least.
const minBadge = 4

// sealedAccount is the sealed part of an account.
type sealedAccount struct {
	Name     string         `json:"name"`
	Role     staff.Role     `json:"role"`
	Verifier staff.Verifier `json:"verifier"`
	Created  time.Time      `json:"created"`
	Disabled time.Time      `json:"disabled,omitzero"`
	LastIn   time.Time      `json:"lastIn,omitzero"`
	// MustChange: the PIN was chosen by somebody else.
	MustChange bool `json:"mustChange,omitempty"`
	// Badge is the token beside it, so that none can be put in its place.
	Badge []byte `json:"badge,omitempty"`
}

// An accountRow is an account as stored.
type accountRow struct {
	row, rev int64
	id       uuid.UUID
	salt     []byte
	lock     staff.Lock
	sealedAccount
}

func (a *accountRow) binding() binding {
	return binding{table: staffRow, id: a.id, rev: a.rev, salt: a.salt}
}

func (a *accountRow) account() Account {
	return Account{
		ID: ID(a.id.String()), Name: a.Name, Role: a.Role, Created: a.Created, Disabled: a.Disabled, LastIn: a.LastIn,
		Failed: a.lock.Failed, Locked: a.lock.Hard(), MustChange: a.MustChange,
	}
}

// scan reads a row of accountColumns.
func (a *accountRow) scan(seal sealer, row interface{ Scan(...any) error }) error {
	var id, badge, sealed []byte
	var alg, wait, since int64
	if err := row.Scan(&a.row, &id, &badge, &a.rev, &a.salt, &alg, &sealed, &a.lock.Failed, &wait, &since); err != nil {
		return err
	}
	a.id = uuidOf(id)
	a.lock.Wait, a.lock.Since = time.Duration(wait)*time.Millisecond, time.Duration(since)*time.Millisecond
	content, err := seal.open(alg, sealed, a.binding())
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, &a.sealedAccount); err != nil {
		return fmt.Errorf("%w: account: %w", ErrCorrupt, err)
	}
	if !slices.Equal(badge, a.Badge) {
		return fmt.Errorf("%w: account %s has another badge", ErrCorrupt, a.id)
	}
	return nil
}

const accountColumns = "SELECT id, uuid, badge, rev, salt, alg, sealed, failed, wait, since FROM staff "

// accounts returns the accounts in this transaction, in the order made.
func (t *tx) accounts() ([]accountRow, error) {
	stmt, err := t.prepared(t.ctx, accountColumns+"ORDER BY id")
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(t.ctx)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []accountRow
	for rows.Next() {
		var a accountRow
		if err := a.scan(t.store.seal, rows); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// accountNames returns what the accounts are called, disabled ones too.
func (s *Store) accountNames(ctx context.Context) (map[ID]string, error) {
	names := map[ID]string{}
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, accountColumns)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var a accountRow
			if err := a.scan(s.seal, rows); err != nil && !errors.Is(err, ErrCorrupt) {
				return err // a damaged account keeps nobody from reading the trail
			}
			names[ID(a.id.String())] = a.Name
		}
		return rows.Err()
	})
	return names, err
}

// HasStaff reports whether an account was ever made. Until then, whoever is at
// the machine's command line may do everything.
func (s *Store) HasStaff(ctx context.Context) (has bool, err error) {
	err = s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT EXISTS (SELECT 1 FROM staff)").Scan(&has)
	})
	if err != nil {
		return false, fmt.Errorf("accounts: %w", err)
	}
	return has, nil
}

// Staff returns all accounts in the order they were made.
func (a *Access) Staff(ctx context.Context) (all []Account, err error) {
	if err := a.Authorize(ctx, staff.ListStaff); err != nil {
		return nil, err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		rows, err := t.accounts()
		for _, row := range rows {
			all = append(all, row.account())
		}
		return errors.Join(err, t.audit(auditEntry{Action: staff.ListStaff}))
	})
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return all, nil
}

// check cleans what an account is made of.
func (n *NewAccount) check() error {
	var c checker
	c.text("name", &n.Name, maxName)
	c.require(n.Name != "", "name", "missing")
	c.require(n.Role.Staff(), "role", "unknown")
	c.badge(&n.Badge)
	if err := staff.CheckPIN(n.PIN); err != nil {
		c.fail("pin", err.Error(), err)
	}
	return c.err
}

// checkBadge cleans what a badge says.
func checkBadge(badge *string) error {
	var c checker
	c.badge(badge)
	return c.err
}

func (c *checker) badge(badge *string) {
	c.require(len(foldIdentifier(*badge)) >= minBadge, "badge", fmt.Sprintf("shorter than %d letters", minBadge))
	c.text("badge", badge, maxText)
}

// badgeToken returns what stands for a badge, with a key of this kiosk.
func (t *tx) badgeToken(badge string) ([]byte, error) {
	key, err := t.secret(badgeKeyName)
	if err == nil && key == nil {
		key, err = t.newSecret(badgeKeyName, sha256.Size)
	}
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(foldIdentifier(badge)))
	return mac.Sum(nil)[:tokenSize], nil
}

// putAccount stores an account, new or changed.
func (t *tx) putAccount(a *accountRow) error {
	content, err := json.Marshal(a.sealedAccount)
	if err != nil {
		return err
	}
	var badge any
	if a.Badge != nil {
		badge = a.Badge
	}
	seal := t.store.seal
	if a.row == 0 {
		a.salt = seal.salt()
		_, err = t.insert("INSERT INTO staff (uuid, badge, rev, salt, alg, sealed) VALUES (?, ?, ?, ?, ?, ?)",
			a.id[:], badge, a.rev, a.salt, seal.alg(), seal.seal(content, a.binding()))
		return err
	}
	sealed := seal.seal(content, a.binding())
	return t.do("UPDATE staff SET badge = ?, rev = ?, alg = ?, sealed = ? WHERE id = ?", badge, a.rev, seal.alg(), sealed, a.row)
}
