using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Monogres.Platforms.Packages;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>An ar archive: a package of Debian (deb(5)), or a static library with the symbol index and the long names of GNU (ar(5)).</summary>
internal sealed class ArArchive(Content content) : Archive
{
    private const int LongestNames = 16 << 20;

    public override string Format => "ar archive";

    public override async IAsyncEnumerable<Member> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        var reader = new ArReader(stream, gnu: true);
        var (ordinal, names) = (0, ReadOnlyMemory<byte>.Empty);
        while (await reader.NextAsync(cancel) is { } member)
        {
            if (member.Name is "//")
            {
                names = await Content.ReadAsync(member.Content, LongestNames, cancel) ?? throw new ArchiveException("has more names than any library", member.Name);
                yield return new Member(Of(member, "long names", ordinal++), new MemoryStream(names.ToArray(), writable: false));
                continue;
            }

            yield return new Member(Of(member, member.Name is "/" or "/SYM64/" ? "symbol index" : NameOf(member.Name, names.Span), ordinal++), member.Content);
        }
    }

    private static Entry Of(ArMember member, string name, int ordinal) => new()
    {
        Path = name,
        Name = name,
        Ordinal = ordinal,
        Mode = member.Mode & 0xFFF,
        Owner = $"{member.Owner}:{member.Group}",
        Time = DateTimeOffset.FromUnixTimeSeconds(Math.Min(member.Modified, DateTimeOffset.MaxValue.ToUnixTimeSeconds())),
        Size = member.Size,
        Fields = (member.Mode & ~0xFFF) is 0 or 0x8000 ? [] : [new Field("type", Convert.ToString(member.Mode, 8))],
    };

    // A slash and a number is a place in the list of long names, each of which ends with a slash and a line break.
    private static string NameOf(string name, ReadOnlySpan<byte> names)
    {
        if (!name.StartsWith('/'))
            return name;
        if (!int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at >= names.Length || names[at..].IndexOf("/\n"u8) is not (> 0 and var length))
            throw new ArchiveException("has a long name that is not there", name);

        return Encoding.UTF8.GetString(names.Slice(at, length));
    }
}
