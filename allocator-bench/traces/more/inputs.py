"""Writes the inputs of the recorded programs to the working directory: catalog.xml, many.c, book.ms."""
import random

random.seed(1)

with open("catalog.xml", "w") as out:
    out.write("<catalog>\n")
    for i in range(4000):
        tags = "".join(f"<t>{random.choice(['red', 'green', 'blue', 'old', 'new'])}</t>" for _ in range(random.randint(0, 4)))
        text = " ".join(f"w{random.randint(0, 999)}" for _ in range(random.randint(3, 30)))
        out.write(f'<item id="i{i}" price="{random.random() * 100:.2f}"><name>thing {i}</name><tags>{tags}</tags><text>{text}</text></item>\n')
    out.write("</catalog>\n")

with open("many.c", "w") as out:
    for header in "stdio", "stdlib", "string", "math", "pthread":
        out.write(f"#include <{header}.h>\n")
    for i in range(1500):
        other = f"f{random.randint(0, i - 1)}(0, n)" if i else "1"
        out.write(f"struct s{i} {{ int a; char b[{random.randint(1, 60)}]; struct s{i} *next; }};\n")
        out.write(f"#define M{i}(x) ((x) * {i} + {i + 1})\n")
        out.write(
            f"static int f{i}(struct s{i} *p, int n) {{ int i, r = 0; for (i = 0; i < n; i++) {{ r += p->a * M{i}(i);"
            f" if (p->next) p = p->next; }} switch (r % 4) {{ case 0: return r; case 1: return {other}; default: return -r; }} }}\n"
        )
    out.write("int main(void) { return 0; }\n")

words = ["allocator", "memory", "slab", "thread", "page", "word", "the", "of", "and", r"\fBbold\fP", r"\fIitalic\fP", "is", "a"]
with open("book.ms", "w") as out:
    for chapter in range(14):
        out.write(f".NH\nChapter {chapter}\n")
        for _ in range(12):
            out.write(".PP\n" + " ".join(random.choice(words) for _ in range(90)) + "\n")
