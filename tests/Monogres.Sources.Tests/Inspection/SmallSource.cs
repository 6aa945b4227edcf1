using System.Text;
using Monogres.Core;
using Monogres.Sources.Inspection;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Inspection;

/// <summary>Sources of a few small files.</summary>
internal static class SmallSource
{
    /// <summary>What PGXS needs at the end of a makefile.</summary>
    public const string Pgxs = "PG_CONFIG = pg_config\nPGXS := $(shell $(PG_CONFIG) --pgxs)\ninclude $(PGXS)\n";

    /// <summary>The text of the PostgreSQL licence, as far as it is looked at.</summary>
    public const string License = "Permission to use, copy, modify, and distribute this software and its documentation for any purpose, without fee, and without a written agreement is hereby granted, provided that\n";

    /// <summary>An extension with nothing wrong: control file, script, makefile, tests, licence.</summary>
    public static Dictionary<string, string> Plain => new(StringComparer.Ordinal)
    {
        ["Makefile"] = $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\n{Pgxs}",
        ["plain.control"] = "comment = 'Does nothing'\ndefault_version = '1.0'\nmodule_pathname = 'plain'\n",
        ["plain--1.0.sql"] = "create function plain() returns int language sql return 1;\n",
        ["sql/plain.sql"] = "select plain();\n",
        ["expected/plain.out"] = "",
        ["LICENSE"] = License,
    };

    /// <summary>The same with some files changed, or taken away where the text is null.</summary>
    public static Dictionary<string, string> With(this Dictionary<string, string> files, params ReadOnlySpan<(string Path, string? Text)> changes)
    {
        var changed = new Dictionary<string, string>(files, StringComparer.Ordinal);
        foreach (var (path, text) in changes)
        {
            if (text is null)
                changed.Remove(path);
            else
                changed[path] = text;
        }

        return changed;
    }

    /// <summary>Stores the files as a tree; those with a program in their first line can be run.</summary>
    public static async Task<Digest> PutAsync(IBlobStore store, IReadOnlyDictionary<string, string> files, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        foreach (var (path, text) in files)
            tree.AddFile(RelativePath.Parse(path), await store.PutAsync(Encoding.UTF8.GetBytes(text), cancel), executable: text.StartsWith("#!", StringComparison.Ordinal));
        return await tree.WriteAsync(store, cancel);
    }

    /// <summary>What is found in the files.</summary>
    public static async Task<SourceInspection> InspectAsync(IReadOnlyDictionary<string, string> files, CancellationToken cancel)
    {
        var store = new MemoryBlobStore();
        return await SourceInspector.InspectAsync(store, await PutAsync(store, files, cancel), cancel);
    }
}
