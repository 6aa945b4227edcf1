using System.Collections.Immutable;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Rpm;

/// <summary>The packages of a server: which files go where is as users of PGDG's yum repositories expect it.</summary>
internal static class RpmServerParts
{
    private static readonly string[] ClientPrograms =
    [
        "clusterdb", "createdb", "createuser", "dropdb", "dropuser", "pg_basebackup", "pg_combinebackup", "pg_config", "pg_dump", "pg_dumpall", "pg_isready", "pg_receivewal",
        "pg_restore", "pg_waldump", "pgbench", "psql", "reindexdb", "vacuumdb",
    ];

    private static readonly string[] ModulePrograms = ["oid2name", "pg_amcheck", "pg_recvlogical", "vacuumlo"];

    private static readonly string[] ClientMessages = ["pg_basebackup", "pg_combinebackup", "pg_config", "pg_dump", "pg_waldump", "pgscripts", "psql"];

    // What a server cannot do without: conversions, its own language, dictionaries of full-text search, replication.
    private static readonly string[] CoreModules = ["*_and_*", "dict_snowball", "euc2004_sjis2004", "pgoutput", "libpqwalreceiver", "plpgsql"];

    /// <summary>The packages, in the order in which they take files; the last one has what no other has.</summary>
    public static ImmutableArray<RpmPart> Of(RpmRequest request)
    {
        var names = request.Names;
        string Exactly(string package) => $"{package}({request.Platform.Isa}) = {request.Version}";
        ImmutableArray<string> Instead(Func<RpmNames, string> name) => names.Flavour is null ? [] : [name(names.Plain)];
        // The names without a major are PGDG's too: what needs any server can say so.
        ImmutableArray<string> Any(string name) => names.Flavour is null ? [$"postgresql{name} = {request.Version}"] : [];

        var parts = ImmutableArray.CreateBuilder<RpmPart>();
        parts.Add(new RpmPart
        {
            Name = names.Development,
            Files = ["include", "lib/pgxs", "lib/pkgconfig", "lib/*.a", .. ServerContents.Libraries.Select(library => $"lib/{library}.so"), "bin/ecpg", "share/man/man1/ecpg.1", "share/locale/*/LC_MESSAGES/ecpg-*.mo"],
            Summary = $"Development files for extensions and clients of {request.Title}",
            Description = ["Headers, libraries and makefiles with which extensions of the server are compiled, and the preprocessor for SQL in C.", ServerContents.About],
            Requires = [Exactly(names.Client), Exactly(names.Libraries)],
            Provides = Any("-devel"),
            Conflicts = Instead(other => other.Development),
        });
        foreach (var language in ServerContents.Languages)
        {
            parts.Add(new RpmPart
            {
                Name = names.Language(language.Name),
                Files = [$"lib/{language.Name}.so", $"lib/*_{language.Module}*.so", $"share/extension/{language.Module}*", $"share/extension/*_{language.Module}*", $"share/locale/*/LC_MESSAGES/{language.Module}-*.mo"],
                Summary = $"{language.Title} for {request.Title}",
                Description = [$"The procedural language {language.Title}, and transforms between its values and those of other modules.", ServerContents.About],
                Requires = [Exactly(names.Server)],
                Provides = Any($"-{language.Name}"),
                Conflicts = Instead(other => other.Language(language.Name)),
            });
        }

        parts.Add(new RpmPart
        {
            Name = names.Jit,
            Files = ["lib/llvmjit.so", "lib/llvmjit_types.bc", "lib/bitcode", "lib/private/lib/libLLVM*"],
            Summary = $"Just-in-time compilation for {request.Title}",
            Description = ["What the server compiles expressions of long queries with.", ServerContents.About],
            Requires = [Exactly(names.Server)],
            Provides = Any("-llvmjit"),
            Conflicts = Instead(other => other.Jit),
        });
        parts.Add(new RpmPart
        {
            Name = names.Client,
            Files =
            [
                .. ClientPrograms.Select(program => $"bin/{program}"), .. ClientPrograms.Select(program => $"share/man/man1/{program}.1"), "share/man/man3", "share/man/man7",
                "share/psqlrc.sample", "share/errcodes.txt", .. ClientMessages.Select(messages => $"share/locale/*/LC_MESSAGES/{messages}-*.mo"),
            ],
            Summary = $"Client programs of {request.Title}",
            Description = ["The terminal psql, and the programs that create, dump, restore and back up databases.", ServerContents.About],
            Requires = [Exactly(names.Libraries)],
            ScriptRequires = [("post", "/usr/sbin/update-alternatives"), ("preun", "/usr/sbin/update-alternatives")],
            Provides = Any(""),
            Conflicts = Instead(other => other.Client),
            Scripts = RpmScripts.OfClient(names),
        });
        parts.Add(new RpmPart
        {
            Name = names.Libraries,
            Files = [.. ServerContents.Libraries.Select(library => $"lib/{library}.so.*"), "lib/libpq-oauth*", "lib/private", "share/doc/third-party", "share/locale/*/LC_MESSAGES/libpq5-*.mo", "share/locale/*/LC_MESSAGES/ecpglib6-*.mo"],
            Summary = $"Libraries of {request.Title}",
            Description = ["The libraries that the programs of these packages use. They are found beside the programs and take the place of no library of the system.", ServerContents.About],
            Provides = Any("-libs"),
            Conflicts = Instead(other => other.Libraries),
        });
        var server = new RpmPart
        {
            Name = names.Server,
            Files = [.. CoreModules.Select(module => $"lib/{module}.so"), "share/extension/plpgsql*"],
            Summary = $"The server of {request.Title}",
            Description = [ServerContents.About, $"This package has the server. `postgresql-{names.Major}-setup initdb` makes its data directory; `systemctl enable --now postgresql-{names.Major}` starts it."],
            Requires = [Exactly(names.Client), Exactly(names.Libraries), "util-linux"],
            ScriptRequires = [("pre", "/usr/sbin/groupadd"), ("pre", "/usr/sbin/useradd")],
            Provides = [.. Any("-server"), "group(postgres)", "user(postgres)", .. names.Flavour is null ? (string[])[] : [names.AnyFlavour]],
            Conflicts = names.Flavour is null ? [] : [names.Plain.Server, names.AnyFlavour],
            Additions = RpmServerFiles.Of(names),
            Scripts = RpmScripts.OfServer(names.Major),
        };
        parts.Add(server);
        parts.Add(new RpmPart
        {
            Name = names.Modules,
            Files =
            [
                "lib/*.so", "share/extension", "share/contrib", "share/doc/extension", .. ModulePrograms.Select(program => $"bin/{program}"), .. ModulePrograms.Select(program => $"share/man/man1/{program}.1"),
                "share/locale/*/LC_MESSAGES/pg_amcheck-*.mo",
            ],
            Summary = $"The modules that come with {request.Title}",
            Description = ["Extensions, libraries and programs that are developed with the server.", ServerContents.About],
            Requires = [Exactly(names.Server)],
            Provides = Any("-contrib"),
            Conflicts = Instead(other => other.Modules),
        });
        parts.Add(server with { Files = ["**"] });
        return parts.ToImmutable();
    }
}
