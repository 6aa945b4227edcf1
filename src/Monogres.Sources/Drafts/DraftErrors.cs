using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Sources.Inspection;

namespace Monogres.Sources.Drafts;

/// <summary>Why no entry of the index can be drafted.</summary>
public static class DraftErrors
{
    /// <summary>It is not said what to add, or said twice.</summary>
    public static UserErrorException NoSource() => new(
        "exactly one of `--source` and `--from-repository` says what to add", "`monogres index add --from-repository https://github.com/HypoPG/hypopg`, or `monogres index add hypopg --source ARCHIVE`") { ExitCode = ExitCode.Usage };

    /// <summary>The project is not named.</summary>
    public static UserErrorException NoName() =>
        new("it is not said which project the source is of", "name it: `monogres index add hypopg --source ARCHIVE`") { ExitCode = ExitCode.Usage };

    /// <summary>The path is not valid in an archive.</summary>
    public static UserErrorException BadPath(string path) =>
        new($"`{path}` is not a path in an archive", "write `debian:pool/main/h/hypopg/hypopg_1.4.2.orig.tar.gz`");

    /// <summary>A file that only exists on this machine.</summary>
    public static UserErrorException NoPlace(string file) =>
        new($"it is not known where `{file}` can be downloaded", "give its address with `--url URL`: the index is for everyone, and this file is only on your machine");

    /// <summary>An address that is not encrypted.</summary>
    public static UserErrorException NotHttps(Uri address) =>
        new($"`{address}` is not an https address", "the index names https addresses only");

    /// <summary>No mirror of a distribution's archive is known.</summary>
    public static UserErrorException NoMirror(string file) =>
        new($"it is not known where to download `{file}`", "name a mirror with `--mirror URL`");

    /// <summary>The text is not a URL.</summary>
    public static UserErrorException NotAnAddress(string text) =>
        new($"`{text}` is not a URL", "write it like `https://example.org/thing-1.2.tar.gz`") { ExitCode = ExitCode.Usage };

    /// <summary>A source tree was given where an archive is needed.</summary>
    public static UserErrorException IsFolder(string folder) => new(
        $"`{folder}` contains no archive", "the index names files by digest: give the archive of a release, its URL, or a folder of archives; `monogres build ./DIR` builds a directory without the index");

    /// <summary>The archive cannot be a source of the index.</summary>
    public static UserErrorException NoTopFolder(string file) =>
        new($"`{file}` has no single top folder", "sources of the index are archives with one top folder, such as those that git hosts generate from a tag");

    /// <summary>No version is known, or several are.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="name">The project.</param>
    /// <param name="candidates">The versions that it names, and where.</param>
    public static UserErrorException NoVersion(string file, ProjectName name, ImmutableArray<(string Version, string Where)> candidates) => candidates.IsEmpty
        ? new($"it is not known which version `{file}` is", $"name it: `{name}@VERSION` in place of `{name}`")
        : new($"`{file}` names several versions: {string.Join(", ", candidates.Select(one => $"{one.Version} ({one.Where})"))}", $"say which one it is: `{name}@{candidates[0].Version}` in place of `{name}`");

    /// <summary>A submodule is where nobody can download it.</summary>
    public static UserErrorException NoSubmodule(string address) =>
        new($"the submodule `{address}` has no https address", "name its archive under `parts` of the version by hand");

    /// <summary>No style can build it.</summary>
    public static UserErrorException NoStyle(string file, SourceFinding why) =>
        new($"it is not known how to build what is in `{file}`: {why.Text}", why.Advice);

    /// <summary>The entry has the version, with a different file.</summary>
    public static UserErrorException OtherFile(string path, string version, string kind, string has) => new(
        $"`{path}` has version {version} with a different file from `{kind}`", "a released version never changes; if the entry is wrong, correct it by hand, or overwrite it with `--force`", [$"it has sha256 {has}"]);

    /// <summary>The archive belongs to another project.</summary>
    public static UserErrorException OtherProject(string path, string file, string extension) =>
        new($"`{file}` belongs to another project than `{path}`: it contains the extension `{extension}`", "name the project that it belongs to");

    /// <summary>The entry describes something else.</summary>
    public static UserErrorException NotAnEntry(string path) =>
        new($"`{path}` is not the entry of an extension", "correct it by hand, or overwrite it with `--force`");

    /// <summary>The name is already in use in the index.</summary>
    public static UserErrorException IsModule(ExtensionProject module) =>
        new($"`{module.Name}` is a module of PostgreSQL", "choose another name for the project");

    /// <summary>The text is not a range.</summary>
    public static UserErrorException NotARange(string text) =>
        new($"`{text}` is not a range of PostgreSQL versions", "write it like `>=13, <18`") { ExitCode = ExitCode.Usage };
}
