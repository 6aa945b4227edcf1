using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Packaging.Portable;

/// <summary>A program or library, and what the loader must find for it.</summary>
/// <param name="Path">Where it is, relative to the prefix.</param>
/// <param name="Needed">The libraries that it needs (<c>DT_NEEDED</c>), in order.</param>
/// <param name="Runpath">Where the loader looks first (<c>DT_RUNPATH</c>), or null.</param>
public sealed record LinkedBinary(RelativePath Path, ImmutableArray<string> Needed, string? Runpath);

/// <summary>A library of the platform.</summary>
/// <param name="Soname">The name that others need it by, <c>libgeos_c.so.1</c>.</param>
/// <param name="Content">The file.</param>
/// <param name="Needed">The libraries that it needs in turn, in order.</param>
/// <param name="Package">The package that has it.</param>
/// <param name="PackageVersion">The version of the package.</param>
public sealed record PlatformLibrary(string Soname, Digest Content, ImmutableArray<string> Needed, string Package, string PackageVersion);

/// <summary>A library that is carried.</summary>
/// <param name="Name">The name of its file, which is also its new soname: <c>libgeos_c-1a2b3c4d.so.1</c>.</param>
/// <param name="Library">What it is.</param>
public sealed record CarriedLibrary(string Name, PlatformLibrary Library)
{
    /// <summary>Where it is, relative to the prefix.</summary>
    public RelativePath Path => PortableLayout.Libraries.Child(Name);
}

/// <summary>What changes in one file.</summary>
/// <param name="Path">The file, relative to the prefix.</param>
/// <param name="Soname">Its new soname; null to leave that.</param>
/// <param name="Needed">The names of needed libraries, each with the new one, in order.</param>
/// <param name="Runpath">Where the loader is to look first; null for nowhere.</param>
public sealed record Rewriting(RelativePath Path, string? Soname, ImmutableArray<KeyValuePair<string, string>> Needed, string? Runpath)
{
    /// <summary>
    /// The commands that do it (patchelf(1)), which rename a library in the needed symbol versions too. One for each kind of change:
    /// what one call of patchelf 0.14 adds to the names of a file, another change in the same call overwrites.
    /// </summary>
    public IEnumerable<string> ToCommands()
    {
        if (Soname is { } soname)
            yield return Command("--set-soname", soname);
        if (!Needed.IsEmpty)
            yield return Command([.. Needed.SelectMany(library => (string[])["--replace-needed", library.Key, library.Value])]);
        yield return Runpath is { } runpath ? Command("--set-rpath", runpath) : Command("--remove-rpath");
    }

    private string Command(params string[] change) => ShellText.Quote(["patchelf", .. change, $"./{Path}"]);
}

/// <summary>
/// Which libraries are carried for some programs and libraries, under which names, and what changes in which file so that they
/// are found. A carried library has a name of its own for each content, so that two versions of it can be in one process, and
/// one that two packages carry is the same file in both.
/// </summary>
/// <param name="Carried">The libraries, sorted by their new names.</param>
/// <param name="Rewritings">What changes, in the order of the binaries, then of the libraries.</param>
public sealed partial record RewritingPlan(ImmutableArray<CarriedLibrary> Carried, ImmutableArray<Rewriting> Rewritings)
{
    private const string Origin = "$ORIGIN";
    private const int DigitsOfName = 8;

    /// <summary>Works it out.</summary>
    /// <param name="binaries">The programs and libraries of the payload.</param>
    /// <param name="own">The names of libraries that it has itself, or that are installed beside it.</param>
    /// <param name="platform">The libraries of the platform, by soname; those that are needed in turn included.</param>
    /// <exception cref="UserErrorException">A library is in none of these.</exception>
    public static RewritingPlan Of(IEnumerable<LinkedBinary> binaries, IReadOnlySet<string> own, IReadOnlyDictionary<string, PlatformLibrary> platform)
    {
        var names = new Dictionary<string, CarriedLibrary>(StringComparer.Ordinal);
        var rewritings = ImmutableArray.CreateBuilder<Rewriting>();
        foreach (var binary in binaries)
        {
            if (Renamed(binary.Path.Value, binary.Needed, own) is { IsEmpty: false } needed)
                rewritings.Add(new Rewriting(binary.Path, Soname: null, needed, RunpathOf(binary)));
        }

        ImmutableArray<CarriedLibrary> carried = [.. names.Values.OrderBy(library => library.Name, StringComparer.Ordinal)];
        foreach (var library in carried)
        {
            // A library of the platform never needs one of ours.
            var needed = Renamed(library.Library.Soname, library.Library.Needed, own: null);
            rewritings.Add(new Rewriting(library.Path, library.Name, needed, needed.IsEmpty ? null : Origin));
        }

        return new RewritingPlan(carried, rewritings.ToImmutable());

        ImmutableArray<KeyValuePair<string, string>> Renamed(string file, ImmutableArray<string> needed, IReadOnlySet<string>? own) =>
        [
            .. needed.Where(library => !GlibcLibraries.Has(library) && own?.Contains(library) is not true).Distinct(StringComparer.Ordinal)
                .Select(library => KeyValuePair.Create(library, Carry(file, library).Name)),
        ];

        CarriedLibrary Carry(string file, string soname)
        {
            if (names.TryGetValue(soname, out var known))
                return known;

            var library = platform.GetValueOrDefault(soname) ?? throw PortableErrors.NoLibrary(file, soname);
            names[soname] = known = new CarriedLibrary(NameOf(soname, With(library, platform)), library);
            foreach (var needed in library.Needed.Where(needed => !GlibcLibraries.Has(needed)))
                Carry(soname, needed);
            return known;
        }
    }

    /// <summary>A library and all that it needs in turn: what it is rewritten to depends on their names, and so its own must too.</summary>
    private static ImmutableSortedDictionary<string, Digest> With(PlatformLibrary library, IReadOnlyDictionary<string, PlatformLibrary> platform)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, Digest>(StringComparer.Ordinal);
        var pending = new Stack<PlatformLibrary>([library]);
        while (pending.TryPop(out var next))
        {
            if (!all.TryAdd(next.Soname, next.Content))
                continue;

            foreach (var needed in next.Needed.Where(needed => !GlibcLibraries.Has(needed)))
                pending.Push(platform.GetValueOrDefault(needed) ?? throw PortableErrors.NoLibrary(next.Soname, needed));
        }

        return all.ToImmutable();
    }

    private static string NameOf(string soname, ImmutableSortedDictionary<string, Digest> contents)
    {
        var text = string.Concat(contents.Select(library => $"{library.Key} {library.Value}\n").Prepend($"{soname}\n"));
        var name = LibraryName().Match(soname);
        return $"{name.Groups["stem"].Value}-{Sha256Hash.Of(Encoding.UTF8.GetBytes(text)).ToString()[..DigitsOfName]}{name.Groups["suffix"].Value}";
    }

    /// <summary>What leads into the tree stays; an absolute directory is one of the machine that it was built on.</summary>
    private static string RunpathOf(LinkedBinary binary)
    {
        var kept = (binary.Runpath ?? "").Split(':').Where(directory => directory.StartsWith(Origin, StringComparison.Ordinal));
        return string.Join(':', kept.Append($"{Origin}/{binary.Path.Parent.LinkTo(PortableLayout.Libraries)}").Distinct(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^(?<stem>.*?)(?<suffix>(\.so(\..*)?)?)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LibraryName();
}
