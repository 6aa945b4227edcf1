using Monogres.Core;
using Monogres.Index;

namespace Monogres.Sources.Drafts;

/// <summary>Why no entry of the index can be drafted.</summary>
public static class DraftErrors
{
    /// <summary>The path in an archive is none.</summary>
    public static UserErrorException BadPath(string path) =>
        new($"`{path}` is no path in an archive", "write `debian:pool/main/h/hypopg/hypopg_1.4.2.orig.tar.gz`");

    /// <summary>A file of which nobody else knows where it is.</summary>
    public static UserErrorException NoPlace(string file) =>
        new($"it is not known where `{file}` can be had", "say it with `--url URL`: the index is for everyone, and this file is on your machine only");

    /// <summary>An address that is not encrypted.</summary>
    public static UserErrorException NotHttps(Uri address) =>
        new($"`{address}` is not an https address", "the index names https addresses only");

    /// <summary>Nothing is known of where a distribution's archive is.</summary>
    public static UserErrorException NoMirror(string file) =>
        new($"it is not known from where to download `{file}`", "name a mirror with `--mirror URL`");

    /// <summary>What the user said is no address.</summary>
    public static UserErrorException NotAnAddress(string text) =>
        new($"`{text}` is not a URL", "write it like `https://example.org/thing-1.2.tar.gz`") { ExitCode = ExitCode.Usage };

    /// <summary>A source tree was given where an archive is needed.</summary>
    public static UserErrorException IsFolder(string folder) => new(
        $"`{folder}` has no archive in it", "the index names files by digest: give the archive of a release, its address, or a folder with such archives; `monogres build ./…` builds a directory without the index");

    /// <summary>The archive cannot be a source of the index.</summary>
    public static UserErrorException NoTopFolder(string file) =>
        new($"`{file}` has no single top folder", "the index takes sources from archives with one top folder, such as those that git hosts make of a tag");

    /// <summary>No version is known.</summary>
    public static UserErrorException NoVersion(string file, ProjectName name) =>
        new($"it is not known which version `{file}` is", $"say it: `monogres index add {name}@VERSION …`");

    /// <summary>No style builds it.</summary>
    public static UserErrorException NoStyle(string file) =>
        new($"it is not known how to build what is in `{file}`", "it has no makefile, configure, CMakeLists.txt, meson.build, Cargo.toml or control file at its top");

    /// <summary>The entry has the version, with another file.</summary>
    public static UserErrorException OtherFile(string path, string version, string kind, string has) => new(
        $"`{path}` has version {version} with another file from `{kind}`", "a released version never changes; if the entry is wrong, correct it by hand, or write it anew with `--force`", [$"it has sha256 {has}"]);

    /// <summary>The archive is one of another project.</summary>
    public static UserErrorException OtherProject(string path, string file, string extension) =>
        new($"`{file}` is of another project than `{path}`: it makes the extension `{extension}`", "name the project that it belongs to");

    /// <summary>The entry is of something else.</summary>
    public static UserErrorException NotAnEntry(string path) =>
        new($"`{path}` is no entry of an extension", "correct it by hand, or write it anew with `--force`");

    /// <summary>The name is that of something else in the index.</summary>
    public static UserErrorException IsModule(ExtensionProject module) =>
        new($"`{module.Name}` is a module that PostgreSQL brings along", "choose another name for the project");

    /// <summary>What the user said is no range.</summary>
    public static UserErrorException NotARange(string text) =>
        new($"`{text}` is not a range of PostgreSQL versions", "write it like `>=13, <18`") { ExitCode = ExitCode.Usage };
}
