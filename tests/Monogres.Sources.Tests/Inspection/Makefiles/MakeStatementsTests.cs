using FsCheck;
using FsCheck.Fluent;
using Monogres.Sources.Inspection.Makefiles;
using Monogres.Testing.Properties;

namespace Monogres.Sources.Tests.Inspection.Makefiles;

public class MakeStatementsTests
{
    [Theory]
    [InlineData("A = b c", "A", MakeOperator.Recursive, "b c")]
    [InlineData("A:=b", "A", MakeOperator.Immediate, "b")]
    [InlineData("A ::= b", "A", MakeOperator.Immediate, "b")]
    [InlineData("A?=b", "A", MakeOperator.Default, "b")]
    [InlineData("A += b", "A", MakeOperator.Append, "b")]
    [InlineData("A != ls", "A", MakeOperator.Shell, "ls")]
    [InlineData("override CFLAGS += -g  # a comment", "CFLAGS", MakeOperator.Append, "-g")]
    [InlineData("export A = b", "A", MakeOperator.Recursive, "b")]
    [InlineData("A = $(shell grep '=' x | sed 's/a:=b/c/')", "A", MakeOperator.Recursive, "$(shell grep '=' x | sed 's/a:=b/c/')")]
    [InlineData("A = b \\\n\t c \\\n d\nB = e", "A", MakeOperator.Recursive, "b c d")]
    [InlineData("A = b\\#c # d", "A", MakeOperator.Recursive, "b#c")]
    [InlineData("A = b\r\nC = d\r\n", "A", MakeOperator.Recursive, "b")]
    [InlineData("A =", "A", MakeOperator.Recursive, "")]
    public void An_assignment_is_read(string text, string name, MakeOperator by, string value) =>
        Assert.Equal(new MakeStatement.Assignment(1, name, by, value), MakeStatements.Read(text)[0]);

    [Fact]
    public void A_variable_of_a_target_is_one_of_some_recipes_only() =>
        Assert.Equal([new MakeStatement.Assignment(1, "SHLIB_LINK", MakeOperator.Append, "-lical", OfTarget: true)], MakeStatements.Read("x.so: SHLIB_LINK += -lical\n"));

    [Fact]
    public void Rules_have_the_recipes_that_follow_them() => Assert.Equal(
        (MakeStatement[])
        [
            new MakeStatement.Rule(1, "sql/$(X)--1.0.sql", "sql/a.sql"),
            new MakeStatement.Recipe(2, "cat $^ > $@; \\\n\techo # no comment"),
            new MakeStatement.Recipe(5, "touch x"),
            new MakeStatement.Rule(6, "y", "z"),
            new MakeStatement.Recipe(6, "echo y"),
            new MakeStatement.Assignment(7, "A", MakeOperator.Recursive, "b"),
        ],
        MakeStatements.Read("sql/$(X)--1.0.sql: sql/a.sql # why\n\tcat $^ > $@; \\\n\techo # no comment\n\n\ttouch x\ny: z; echo y\nA = b\n"));

    [Fact]
    public void Conditions_are_read_in_all_their_spellings() => Assert.Equal(
        (MakeStatement[])
        [
            new MakeStatement.If(1, new MakeCondition(true, false, "A", "")),
            new MakeStatement.Else(2, new MakeCondition(false, false, "$(shell a, b)", "c")),
            new MakeStatement.Else(3, null),
            new MakeStatement.EndIf(4),
            new MakeStatement.If(5, new MakeCondition(false, true, "a b", "c")),
            new MakeStatement.If(6, new MakeCondition(true, true, "B", "")),
        ],
        MakeStatements.Read("ifdef A\nelse ifeq ($(shell a, b), c)\nelse\nendif\nifneq 'a b' 'c'\nifndef B\n"));

    [Fact]
    public void What_define_holds_is_the_value_of_a_variable() => Assert.Equal(
        (MakeStatement[])[new MakeStatement.Assignment(1, "T", MakeOperator.Recursive, "one: two\n\tthree"), new MakeStatement.Include(5, "x.mk y.mk")],
        MakeStatements.Read("define T =\none: two\n\tthree\nendef\n-include x.mk y.mk\n"));

    [Fact]
    public void A_line_of_its_own_is_only_expanded() =>
        Assert.Equal([new MakeStatement.Expansion(1, "$(error PostgreSQL 14 or later is required)")], MakeStatements.Read("$(error PostgreSQL 14 or later is required)"));

    [Fact]
    public void What_was_written_as_assignments_is_read_as_these()
    {
        var word = Gen.Elements("a", "b.sql", "$(X)", "$(shell a = b)", "c--1.0.sql", "-lz", "$(wildcard *.sql)");
        var assignment =
            from name in Gen.Elements("DATA", "A_1", "MODULE_big")
            from sign in Gen.Elements("=", ":=", "?=", "+=")
            from words in Gen.NonEmptyListOf(word)
            from breaks in Gen.ListOf(Gen.Choose(0, 3))
            from comment in Gen.Elements("", " # why = not", "#")
            select (name, sign, words: words.ToArray(), breaks: breaks.ToArray(), comment);
        Prop.ForAll(Gen.ListOf(assignment).ToArbitrary(), written =>
        {
            var text = string.Concat(written.Select(one => $"{one.name} {one.sign} {string.Concat(one.words.Select((each, i) => each + (i < one.breaks.Length && one.breaks[i] == 0 && i < one.words.Length - 1 ? " \\\n\t" : " "))).TrimEnd()}{one.comment}\n"));
            var read = MakeStatements.Read(text).Cast<MakeStatement.Assignment>().Select(one => (one.Name, one.Operator, one.Value));
            return read.SequenceEqual(written.Select(one => (one.name, one.sign switch { "=" => MakeOperator.Recursive, ":=" => MakeOperator.Immediate, "?=" => MakeOperator.Default, _ => MakeOperator.Append }, string.Join(' ', one.words))));
        }).HoldsAlways();
    }

    [Fact]
    public void Any_text_gives_statements_whose_lines_are_lines_of_it() => Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        var lines = text.Split('\n').Length;
        return MakeStatements.Read(text).All(statement => statement.Line >= 1 && statement.Line <= lines);
    }).HoldsAlways();

    /// <summary>Texts of what makefiles are made of, in no order.</summary>
    internal static Gen<string> Texts { get; } = Gen.ListOf(Gen.Elements(
        "ifdef ", "ifeq (", "endif", "else ", "define ", "endef", "include ", "$(", "${", ")", "}", "$", "$$", ",", "=", ":=", "+=", ":", "::", "#", "\\", "\n", "\t", " ", "A", "B", "C",
        "shell ", "wildcard ", "patsubst ", "%", "if ", "foreach ", "call ", "'", "\"", "x.sql", "*", ";", "DATA", "\r", "override ")).Select(string.Concat);
}
