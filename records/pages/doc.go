// Package pages reads rows out of an SQLite file that SQLite itself can no
// longer read: it takes each page by itself and needs neither the schema nor
// the tree above a page. What it returns may be old, or nonsense: whoever asks
// must be able to tell, for instance because every row is authenticated.
//
// The format is that of https://sqlite.org/fileformat2.html.
package pages
