using FsCheck.Fluent;
using Monogres.Sources.Inspection.Makefiles;
using Monogres.Testing.Properties;

namespace Monogres.Sources.Tests.Inspection.Makefiles;

public class MakefileReaderTests
{
    private static readonly string[] Files = ["sql/x--1.0.sql", "sql/x--1.0--1.1.sql", "test/sql/base.sql", "test/sql/corpus.sql", "src/a.c", "src/b.c"];

    [Theory]
    [InlineData("A = $(B) c\nB = b", "b c")]
    [InlineData("B = b\nA := $(B)\nB = c", "b")]
    [InlineData("A ?= b\nA ?= c", "b")]
    [InlineData("A = b\nA += c\nA += $(D)\nD = d", "b c d")]
    [InlineData("A = $(wildcard sql/*--*.sql)", "sql/x--1.0--1.1.sql sql/x--1.0.sql")]
    [InlineData("A = $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql))", "base corpus")]
    [InlineData("S = src/a.c src/b.c\nA = $(S:.c=.o)", "src/a.o src/b.o")]
    [InlineData("S = a.c b.h\nA = $(S:%.c=%.o)", "a.o b.h")]
    [InlineData("A = $(filter-out sql/x--%,$(wildcard sql/*.sql) x)", "x")]
    [InlineData("A = $(filter %.c,a.c b.h c.c)", "a.c c.c")]
    [InlineData("A = $(sort b a b)", "a b")]
    [InlineData("A = $(addprefix sql/,$(addsuffix .sql,a b))", "sql/a.sql sql/b.sql")]
    [InlineData("A = $(notdir sql/a.sql b) $(dir sql/a.sql b) $(basename a.b/c.d e)", "a.sql b sql/ ./ a.b/c e")]
    [InlineData("A = $(subst -,_,a-b c)", "a_b c")]
    [InlineData("A = $(if x,$(firstword b c),d) $(if ,e,f)", "b f")]
    [InlineData("V = A\n$(V) = b", "b")]
    [InlineData("A = $$x", "$x")]
    [InlineData("A = ${B}\nB = b", "b")]
    [InlineData("A = $(shell grep default_version x.control | sed -e 's/a/b/')", "1.1")]
    public void The_value_of_a_variable_is_told_by_reading(string text, string words)
    {
        var value = Read(text).Variables["A"];
        Assert.Equal(words.Split(' '), value.Words);
        Assert.True(value.IsCertain);
    }

    [Theory]
    [InlineData("A = b $(shell date)", "b", true, false)]
    [InlineData("A = x-$(shell date).sql b", "b", true, false)]
    [InlineData("A = b $(A)", "b", true, false)]
    [InlineData("A = $(foreach x,a b,$(x).sql) c", "c", true, false)]
    [InlineData("A = $(MAKE) b", "b", true, false)]
    [InlineData("include $(PGXS)\nA = b $(LIBS)", "b", true, false)]
    [InlineData("A = b\nifeq ($(shell uname),Linux)\nA = c\nendif", "b c", false, true)]
    [InlineData("ifeq ($(shell uname),Linux)\nA = b\nelse\nA = c\nendif", "b c", false, true)]
    [InlineData("include $(PGXS)\nA = b\nifeq ($(MAJORVERSION),10)\nA += c\nendif\nA += d", "b c d", false, true)]
    public void What_reading_cannot_tell_is_said_to_be_open(string text, string words, bool isOpen, bool mayDiffer)
    {
        var value = Read(text).Variables["A"];
        Assert.Equal(words.Split(' '), value.Words);
        Assert.Equal((isOpen, mayDiffer), (value.IsOpen, value.MayDiffer));
    }

    [Theory]
    [InlineData("ifdef USE_PGXS\nA = b\nelse\nA = c\nendif", "b")]
    [InlineData("ifndef USE_PGXS\nA = c\nelse\nA = b\nendif", "b")]
    [InlineData("ifdef NO_PGXS\nA = c\nelse\nA = b\nendif", "b")]
    [InlineData("V = 1\nifeq ($(V),1)\nA = b\nelse ifeq ($(V),2)\nA = c\nelse\nA = d\nendif", "b")]
    [InlineData("V = 2\nifeq ($(V),1)\nA = c\nelse ifeq ($(V),2)\nA = b\nelse\nA = d\nendif", "b")]
    [InlineData("V = 3\nifeq ($(V),1)\nA = c\nelse ifeq ($(V),2)\nA = d\nelse\nA = b\nendif", "b")]
    [InlineData("ifneq ($(V),)\nA = c\nifdef W\nA = d\nelse\nA = e\nendif\nelse\nA = b\nendif", "b")]
    [InlineData("include $(PGXS)\nifeq ($(PORTNAME),win32)\nA = c\nelse\nA = b\nendif", "b")]
    [InlineData("A = b\nPG_CONFIG = /usr/bin/pg_config\nifeq ($(PG_CONFIG),pg_config)\nelse\nA = c\nendif", "b")]
    public void Conditions_that_can_be_told_are(string text, string word) => Assert.Equal([word], Read(text).Variables["A"].Words);

    [Fact]
    public void Makefiles_of_the_source_are_taken_in_from_where_make_was_started()
    {
        var makefile = Read("include mk/common-pgxs.mk\n", new() { ["mk/common-pgxs.mk"] = "DATA = a.sql\ninclude mk/more.mk\ninclude $(PGXS)\n", ["mk/more.mk"] = "DATA += b.sql" });
        Assert.Equal(["a.sql", "b.sql"], makefile.Words("DATA"));
        Assert.True(makefile.IncludesPgxs);
        Assert.Equal(["mk/common-pgxs.mk", "mk/more.mk"], makefile.Assignments.Select(one => one.File));
    }

    [Theory]
    [InlineData("PGXS := $(shell $(PG_CONFIG) --pgxs)\ninclude $(PGXS)", true, false)]
    [InlineData("include $(shell pg_config --libdir)/pgxs/src/makefiles/pgxs.mk", true, false)]
    [InlineData("ifdef USE_PGXS\ninclude $(PGXS)\nelse\ninclude $(top_builddir)/src/Makefile.global\nendif", true, false)]
    [InlineData("subdir = contrib/x\ntop_builddir = ../..\ninclude $(top_builddir)/src/Makefile.global\ninclude $(top_srcdir)/contrib/contrib-global.mk", false, true)]
    public void It_is_told_which_makefiles_of_PostgreSQL_are_taken_in(string text, bool pgxs, bool source)
    {
        var makefile = Read(text);
        Assert.Equal((pgxs, source), (makefile.IncludesPgxs, makefile.IncludesServerSource));
    }

    [Fact]
    public void Rules_say_what_they_make() =>
        Assert.Equal(["all", "sql/x--1.1.sql"], Read("E = x\nV = $(shell grep default_version x.control)\nall: sql/$(E)--$(V).sql\nsql/$(E)--$(V).sql: sql/x.sql\n\tcp $< $@\n").Targets);

    [Fact]
    public void A_makefile_that_takes_itself_in_ends() =>
        Assert.Equal(["b"], Read("A = b\ninclude Makefile\n", []).Words("A").Distinct());

    [Fact]
    public void A_text_that_doubles_forty_times_is_given_up()
    {
        var text = "A0 = x x\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"A{i} = $(A{i - 1}) $(A{i - 1})\n"));
        Assert.True(Read(text).Variables["A40"].IsOpen);
    }

    [Fact]
    public void Any_text_is_read_to_its_end() => Prop.ForAll(MakeStatementsTests.Texts.ToArbitrary(), text =>
    {
        var makefile = Read(text);
        return makefile.Variables.All(one => one.Value.Words.All(word => word.Length > 0 && !word.Contains(' ')));
    }).HoldsAlways();

    [Fact]
    public void Appending_is_the_same_as_writing_it_at_once()
    {
        var words = Gen.NonEmptyListOf(Gen.Elements("a", "b.sql", "$(B)", "$(notdir x/y)"));
        Prop.ForAll(words.ToArbitrary(), written => Read("B = b\nA = " + string.Join(' ', written)).Words("A")
            .SequenceEqual(Read("B = b\n" + string.Concat(written.Select(word => $"A += {word}\n"))).Words("A"))).HoldsAlways();
    }

    private static Makefile Read(string text) => Read(text, []);

    private static Makefile Read(string text, Dictionary<string, string> others) =>
        new MakefileReader(path => path is "Makefile" ? text : others.GetValueOrDefault(path), new Surroundings()).Read("Makefile")!;

    private sealed class Surroundings : IMakeEnvironment
    {
        public IEnumerable<string> Find(string pattern) => pattern.Split('*') is [var start, .., var end]
            ? Files.Where(file => file.StartsWith(start, StringComparison.Ordinal) && file.EndsWith(end, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            : Files.Where(file => file == pattern);

        public string? Answer(string command) => command.Contains("default_version", StringComparison.Ordinal) ? "1.1" : null;
    }
}
