using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Proof.Comparison;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Repositories;

namespace Monogres.Proof.Tests.Comparison;

/// <summary>Artifacts come from strangers: whatever is wrong with one ends in a report or in an error that a person can act on.</summary>
public sealed class DamagedInputTests : IDisposable
{
    private static readonly (string Format, byte[] Bytes)[] Whole =
    [
        ("tar", new SmallTar().Directory("d/").File("d/a", "some text\n").Link("d/l", "a").Build()),
        ("tar.gz", new SmallTar().File("a", "some text\n").Gzip()),
        ("deb", new SmallDeb().ToArray()),
        ("rpm", new SmallRpm().ToArray()),
        ("zip", Zip()),
        ("elf", new SmallElf().Files("a.c", "b.c").Code(("f", [1, 2, 3]), ("g", [4, 5])).With(".rodata", "a string\0").BuildId(new string('a', 40)).Build()),
        ("json", Encoding.UTF8.GetBytes("""{ "a": [1, 2, { "b": null }], "c": "d" }""")),
    ];

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, bool> EachFormat => [.. Whole.SelectMany(whole => new[] { (whole.Format, false), (whole.Format, true) })];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(EachFormat))]
    public void Damage_ends_in_a_report_or_an_error(string format, bool packed)
    {
        var whole = Whole.Single(one => one.Format == format).Bytes;
        var damages = from cut in Gen.Choose(0, 3)
                      from length in Gen.Choose(0, whole.Length)
                      from places in Gen.ListOf(Gen.Choose(0, whole.Length - 1), 3)
                      from values in Gen.ListOf(Gen.Choose(0, 255), 3)
                      select Damaged(whole, cut == 0 ? length : whole.Length, places, values);
        Prop.ForAll(damages.ToArbitrary(), damaged => Compares(whole, damaged, packed)).HoldsAlways(40);
    }

    // True unless something else is thrown, which fails the property.
    private bool Compares(byte[] whole, byte[] damaged, bool packed)
    {
        File.WriteAllBytes(_directory["one"], packed ? new SmallTar().File("x", whole).Build() : whole);
        File.WriteAllBytes(_directory["other"], packed ? new SmallTar().File("x", damaged).Build() : damaged);
        try
        {
            return ArtifactComparer.CompareAsync(_directory["one"], _directory["other"], CancellationToken.None).GetAwaiter().GetResult().Identical == whole.AsSpan().SequenceEqual(damaged);
        }
        catch (UserErrorException error)
        {
            return !packed && error.Message.Contains(_directory["other"], StringComparison.Ordinal) && error.Hint is not null;
        }
    }

    private static byte[] Damaged(byte[] whole, int length, IEnumerable<int> places, IEnumerable<int> values)
    {
        byte[] damaged = [.. whole];
        foreach (var (place, value) in places.Zip(values))
            damaged[place] = (byte)value;
        return damaged[..length];
    }

    private static byte[] Zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var stream = zip.CreateEntry("a").Open();
            stream.Write("some text\n"u8);
        }

        return bytes.ToArray();
    }
}
