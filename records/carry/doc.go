// Package carry brings visits from one Aidpost to another without a network: from
// a laptop in the field to the office on a stick, and word of them back.
//
// What travels is a letter: a file that is sealed to whoever it is for, in the
// format of age, and signed inside by whoever wrote it. Each side takes letters of
// those alone whose key staff has said to trust. A letter with visits holds a
// bounded number of them, each whole: all its revisions and whose they are. A
// letter with word says of each visit that was brought whether the office holds it,
// why it was refused, or that the server of the office holds it.
//
// A letter with wishes says, either way, what people of whom both have visits have said
// later of what they had agreed to.
//
// The stick may be pulled out at any byte. A letter has its name only when it is
// whole, and nothing depends on a letter that was lost: the laptop writes every
// visit anew, onto any stick that does not have it, until it has word of it; the
// office takes each revision in once, however often it comes; and it repeats its
// word until a letter of the laptop says that it was heard.
//
// Who sends to the server: the laptop, until the office says that it holds a visit,
// and then the office. Either names everything alike, so that it is there once even
// if both do. A visit counts as sent only by the receipts that the server gave, and
// word counts only of what a visit says now, by its hash.
package carry
