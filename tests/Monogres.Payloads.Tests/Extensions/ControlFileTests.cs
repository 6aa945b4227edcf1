using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Testing.Properties;

namespace Monogres.Payloads.Tests.Extensions;

public class ControlFileTests
{
    private static readonly ControlFileReader Reader = new(PgVersion.Of(18, 0));

    [Fact]
    public void A_control_file_is_read_as_PostgreSQL_reads_it()
    {
        var control = Read("""
            # pg_cron extension
            comment = 'it''s a \'job\' scheduler\t\101'   # and a comment behind
            default_version = '1.6'
              module_pathname='$libdir/pg_cron'
            requires 'plpgsql, "Weird, name", HStore'

            relocatable = off
            schema = pg_catalog
            trusted = Y
            superuser = 0
            directory = 'pg_cron'
            encoding = UTF8
            no_relocate = 'plpgsql'
            """);
        Assert.Equal("it's a 'job' scheduler\tA", control.Comment);
        Assert.Equal("1.6", control.DefaultVersion);
        Assert.Equal("$libdir/pg_cron", control.ModulePathname);
        Assert.Equal(["plpgsql", "Weird, name", "hstore"], control.Requires);
        Assert.Equal(["plpgsql"], control.NoRelocate);
        Assert.Equal((false, false, true), (control.Relocatable, control.Superuser, control.Trusted));
        Assert.Equal(("pg_catalog", "pg_cron", "UTF8"), (control.Schema, control.Directory, control.Encoding));
    }

    [Fact]
    public void What_is_not_said_has_the_server_s_default()
    {
        var control = Read("");
        Assert.Null(control.DefaultVersion);
        Assert.Equal((false, true, false), (control.Relocatable, control.Superuser, control.Trusted));
        Assert.Empty(control.Requires);
    }

    [Theory]
    [InlineData("default_version = 1.5", "1.5")]
    [InlineData("default_version = 10", "10")]
    [InlineData("default_version = v1.5-beta", "v1.5-beta")]
    [InlineData("default_version = '1.5'\r", "1.5")]
    [InlineData("default_version = '1.4'\ndefault_version = '1.5'", "1.5")]
    public void A_value_without_quotes_is_read_where_PostgreSQL_reads_one(string line, string version) =>
        Assert.Equal(version, Read(line).DefaultVersion);

    [Theory]
    [InlineData("default_version = 1.5.2", "`.2` is not allowed here; a value with characters other than letters and digits must be in single quotes")]
    [InlineData("schema = a.b", "`a.b` is not allowed here; a value with characters other than letters and digits must be in single quotes")]
    [InlineData("comment = two words", "`words` is not allowed here; a value with characters other than letters and digits must be in single quotes")]
    [InlineData("comment = 'no end", "a text in single quotes is not closed")]
    [InlineData("comment =", "expected a value before the end of the line")]
    [InlineData("= 'x'", "`=` is not allowed here; a value with characters other than letters and digits must be in single quotes")]
    [InlineData("relocatable = maybe", "`relocatable` is `maybe`: expected true or false")]
    [InlineData("relocatable = o", "`relocatable` is `o`: expected true or false")]
    [InlineData("requires = 'a,,b'", "`requires` is `a,,b`: expected a comma-separated list of extensions")]
    [InlineData("requires = 'a b'", "`requires` is `a b`: expected a comma-separated list of extensions")]
    [InlineData("default_versoin = '1'", "there is no parameter `default_versoin`; did you mean `default_version`?")]
    [InlineData("Comment = 'x'", "there is no parameter `Comment`; did you mean `comment`?")]
    [InlineData("INCLUDE = 'x'", "`INCLUDE` includes other files, which is not supported here: write the parameters into this file")]
    public void A_line_that_PostgreSQL_would_refuse_is_a_problem_with_its_number(string line, string text)
    {
        var reading = Reader.Read("x.control", Encoding.UTF8.GetBytes($"# first\n{line}\ntrusted = true\n"));
        Assert.Null(reading.Control);
        Assert.Equal([new ExtensionProblem("x.control", 2, text)], reading.Problems);
        Assert.Equal($"x.control, line 2: {text}", Assert.Single(reading.Problems).ToString());
    }

    [Fact]
    public void A_byte_order_mark_is_the_problem_and_not_the_parameter_behind_it()
    {
        var reading = Reader.Read("x.control", [0xEF, 0xBB, 0xBF, .. "comment = 'x'\n"u8]);
        Assert.Null(reading.Control);
        Assert.Equal("x.control: line 1 begins with a byte-order mark", Assert.Single(reading.Problems).ToString());
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var reading = Reader.Read("x.control", "colour = red\n'\n\nrelocatable = maybe\nrelocatable = true\nschema = x"u8);
        Assert.Equal([1, 2, 4, null], reading.Problems.Select(problem => problem.Line));
        Assert.Equal("`schema` cannot be set when `relocatable` is true", reading.Problems[^1].Text);
    }

    [Fact]
    public void A_parameter_that_came_with_a_later_server_is_a_problem_for_an_earlier_one()
    {
        var reading = new ControlFileReader(PgVersion.Of(15, 18)).Read("x.control", "no_relocate = 'a'"u8);
        Assert.Equal("PostgreSQL 15 does not know `no_relocate`, which exists since 16", Assert.Single(reading.Problems).Text);
    }

    [Fact]
    public void The_file_of_one_version_stands_over_that_of_the_extension()
    {
        var primary = Read("default_version = '2'\nrequires = 'a'\ncomment = 'x'\n");
        var control = Reader.ReadAuxiliary("x--2.control", "requires = 'b'\nsuperuser = no"u8, primary).Control!;
        Assert.Equal(("2", "x", "b", false), (control.DefaultVersion, control.Comment, Assert.Single(control.Requires), control.Superuser));

        var reading = Reader.ReadAuxiliary("x--2.control", "default_version = '3'\ndirectory = 'y'"u8, primary);
        Assert.Equal(["`default_version` cannot be set for one version only", "`directory` cannot be set for one version only"], reading.Problems.Select(problem => problem.Text));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var texts = Gen.OneOf(Gen.Constant((string?)null), Text.Select(text => (string?)text));
        var names = Gen.OneOf(Gen.Elements("plpgsql", "Weird, \"name\"", "postgis-3", "a b"), Text).ListOf().Select(list => list.ToImmutableArray());
        var any =
            from version in texts
            from comment in texts
            from module in texts
            from encoding in texts
            from schema in texts
            from directory in texts
            from requires in names
            from stay in names
            from relocatable in Gen.Elements(true, false)
            from superuser in Gen.Elements(true, false)
            from trusted in Gen.Elements(true, false)
            select new ControlFile
            {
                DefaultVersion = version,
                Comment = comment,
                ModulePathname = module,
                Encoding = encoding,
                Schema = relocatable ? null : schema,
                Directory = directory,
                Requires = requires,
                NoRelocate = stay,
                Relocatable = relocatable,
                Superuser = superuser,
                Trusted = trusted,
            };
        Prop.ForAll(any.ToArbitrary(), written =>
        {
            var read = Read(written.ToText());
            Assert.Equal(written with { Requires = [], NoRelocate = [] }, read with { Requires = [], NoRelocate = [] });
            Assert.Equal(written.Requires, read.Requires);
            Assert.Equal(written.NoRelocate, read.NoRelocate);
        }).HoldsAlways();
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        var bytes = Gen.OneOf(Gen.Elements("comment", "=", "'", "''", "\\", "\n", "#", " ", "1.5", "0x", "-", ".", "trusted", "requires", "\"", ",", "é", "\0").ListOf().Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))),
            Gen.Choose(0, 255).Select(value => (byte)value).ListOf().Select(list => list.ToArray()));
        Prop.ForAll(bytes.ToArbitrary(), content =>
        {
            var reading = Reader.Read("x.control", content);
            return reading.Control is null == reading.Problems.Any() && reading.Problems.All(problem => problem.Line is null or > 0);
        }).HoldsAlways(5000);
    }

    // A value is a C string in UTF-8: no NUL, no half of a surrogate pair.
    private static Gen<string> Text => Gen.Elements("a", "B", "'", "''", "\\", "\n", "\r", "\t", " ", "#", "=", "\"", ",", "é", "\U0001F418", "0", "7", "-", "$libdir/").ListOf().Select(string.Concat);

    private static ControlFile Read(string text)
    {
        var reading = Reader.Read("x.control", Encoding.UTF8.GetBytes(text));
        Assert.Empty(reading.Problems);
        return reading.Control!;
    }
}
