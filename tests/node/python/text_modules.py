import string
import textwrap

print(string.ascii_letters, string.digits, string.punctuation, string.hexdigits, repr(string.whitespace), string.ascii_uppercase, string.octdigits)
print(string.capwords("hello big world"), string.Template("$who likes $what, $$5 ${who}").substitute(who="tim", what="kung pao"), string.Template("$x $y").safe_substitute(x=1))
text = "The quick brown fox jumped over the lazy dog and then ran away from the very big bear."
print(textwrap.fill(text, 30))
print(textwrap.wrap(text, width=25), textwrap.shorten(text, 30), textwrap.indent("a\nb\n\nc", "> "), textwrap.dedent("""
    hello
      world
    """))
print(textwrap.fill(text, width=40, initial_indent="* ", subsequent_indent="  "), textwrap.shorten("hello  world!", width=12), textwrap.shorten("Hello world", width=10, placeholder="..."))
