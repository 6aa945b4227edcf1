using System.IO.Compression;
using System.Text;
using Monogres.Proof.Comparison.Contents;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Tests.Comparison;

/// <summary>What is said of two contents.</summary>
public class ContentComparisonTests
{
    [Fact]
    public void Of_texts_the_lines_are_shown_that_differ()
    {
        var difference = Compare("a\nb built 2026-11-27\nc\n", "a\nb built 2026-11-28\nc\nd\n");
        Assert.Equal(new Detail("line 2, after `a`", "b built 2026-11-27", "b built 2026-11-28"), difference.Details[0]);
        Assert.Equal(new Detail("line 4, after `c`", null, "d"), difference.Details[1]);
        Assert.Equal("a time: 2026-11-27 / 2026-11-28", difference.Cause?.ToString());
        Assert.False(difference.IsExplained);
    }

    [Fact]
    public void Lines_in_another_order_are_one_difference()
    {
        var difference = Compare("x\na\nc\nb\ny\n", "x\nc\nb\na\ny\n");
        Assert.Equal("line-order", difference.Cause?.Id);
        Assert.True(difference.IsExplained);
    }

    [Fact]
    public void Of_json_the_fields_are_named()
    {
        var difference = Compare("""{ "a": { "host": "alpha", "n": [1, 2] } }""", """{ "a": { "host": "beta", "n": [1, 3] } }""");
        Assert.Equal([new Detail("a.host", "alpha", "beta"), new Detail("a.n[1]", "2", "3")], difference.Details);
        Assert.Equal("host-name", difference.Cause?.Id);
    }

    [Fact]
    public void Json_that_differs_in_blanks_only_is_compared_as_text() => Assert.Equal(new Detail("line 1", "{ \"a\": 1 }", "{\"a\":1}"), Compare("{ \"a\": 1 }", "{\"a\":1}").Details.Single());

    [Fact]
    public void Of_other_bytes_the_string_around_the_first_one_is_shown()
    {
        var difference = Compare([0, 1, 2, .. "host: alpha"u8, 0, 200], [0, 1, 2, .. "host: betas"u8, 0, 200]);
        Assert.Equal(new Detail("byte at 0x9", "host: alpha", "host: betas"), difference.Details.Single());
        Assert.Equal("host-name", difference.Cause?.Id);
    }

    [Fact]
    public void The_string_of_a_program_is_told_with_its_section_and_symbol()
    {
        static byte[] Program(string date) => new SmallElf().Code(("main", [0xc3])).With(".rodata", $"greeting\0{date}\0").Object("built", 2, 9, 12).BuildId(date == "Nov 27 2026" ? new string('a', 40) : new string('b', 40)).Build();

        var difference = Compare(Program("Nov 27 2026"), Program("Nov 28 2026"));
        Assert.Equal(new Detail(".rodata: in `built`, byte at 0xe", "Nov 27 2026", "Nov 28 2026"), difference.Details[0]);
        Assert.Equal(["time"], difference.Causes.Select(cause => cause.Id));
        Assert.True(difference.IsExplained);
        Assert.Equal(new Detail("build-id", new string('a', 40), new string('b', 40)), difference.Details[^1]);
    }

    [Fact]
    public void A_build_id_alone_is_said_to_be_alone()
    {
        var difference = Compare(new SmallElf().Code(("main", [0xc3])).BuildId(new string('a', 40)).Build(), new SmallElf().Code(("main", [0xc3])).BuildId(new string('b', 40)).Build());
        Assert.Equal("build-id", difference.Cause?.Id);
        Assert.StartsWith("nothing differs but the build-id", difference.Details[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_link_is_told_by_the_names_of_files()
    {
        static byte[] Program(params string[] files) => new SmallElf().Files(files).Code([.. files.Select(file => (file[..1], (byte[])[(byte)file[0], 0xc3]))]).Build();

        var difference = Compare(Program("a.c", "b.c"), Program("b.c", "a.c"));
        Assert.Equal("the order of link: a.c b.c / b.c a.c", difference.Cause?.ToString());
        Assert.True(difference.IsExplained);
    }

    [Fact]
    public void Other_instructions_with_the_same_symbols_and_data_are_put_down_to_the_processor()
    {
        static byte[] Program(params byte[] code) => new SmallElf().Code(("sum", code), ("main", [0xc3])).With(".rodata", "greeting\0").Build();

        var difference = Compare(Program(0x66, 0x0f, 0xfe, 0xc1), Program(0xc5, 0xf9, 0xfe, 0xc1));
        Assert.Equal("processor", difference.Cause?.Id);
        Assert.Contains(new Detail("code of `sum`, 4 bytes"), difference.Details);
        Assert.DoesNotContain(difference.Details, detail => detail.What.Contains("main", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_directory_in_debugging_information_is_said_to_be_that(bool compressed)
    {
        byte[] Program(string directory)
        {
            byte[] names = [.. Encoding.ASCII.GetBytes($"{directory}\0x.c\0")];
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                zlib.Write(names);
            byte[] section = compressed ? [1, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes((ulong)names.Length), 1, 0, 0, 0, 0, 0, 0, 0, .. packed.ToArray()] : names;
            return new SmallElf().Code(("main", [0xc3])).With(".debug_line_str", section, flags: compressed ? 0x800ul : 0).Build();
        }

        var difference = Compare(Program("/home/alice/pg"), Program("/builds/pg"));
        Assert.Equal("build-path", difference.Cause?.Id);
        Assert.Contains(difference.Details, detail => detail is { What: "debugging information, directories and names (.debug_line_str): string", One: "/home/alice/pg", Other: "/builds/pg" });
    }

    [Fact]
    public void A_program_that_is_cut_off_is_compared_as_bytes()
    {
        var whole = new SmallElf().Code(("main", [0xc3])).Build();
        Assert.StartsWith("an ELF file that cannot be read", Compare(whole, whole[..^30]).Details[0].What, StringComparison.Ordinal);
    }

    private static Difference Compare(string one, string other) => Compare(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    // Both ways round, which must be mirror images.
    private static Difference Compare(byte[] one, byte[] other)
    {
        var difference = ContentComparison.Compare("x", one, other);
        var mirrored = ContentComparison.Compare("x", other, one).Mirror();
        Assert.Equal(difference.Details, mirrored.Details);
        Assert.Equal(difference.Causes, mirrored.Causes);
        return difference;
    }
}
