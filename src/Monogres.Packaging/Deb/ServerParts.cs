using System.Collections.Immutable;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Deb;

/// <summary>
/// The packages of a server: which files go where is as users of Debian and PGDG expect it. A file must be in the package that
/// has it there: dpkg does not let a package take a file of another, so an upgrade from theirs would stop half-way.
/// </summary>
internal static class ServerParts
{
    // PostgreSQL 18 is the first whose compiler of expressions is a package of its own.
    private const int FirstSeparateJit = 18;

    private static readonly string[] ClientPrograms =
    [
        "clusterdb", "createdb", "createuser", "dropdb", "dropuser", "pg_amcheck", "pg_basebackup", "pg_combinebackup", "pg_config", "pg_dump", "pg_dumpall",
        "pg_isready", "pg_receivewal", "pg_recvlogical", "pg_restore", "pg_verifybackup", "psql", "reindexdb", "vacuumdb",
    ];

    private static readonly string[] ClientMessages =
    [
        "ecpglib6", "libpq5", "pg_amcheck", "pg_basebackup", "pg_combinebackup", "pg_config", "pg_dump", "pg_verifybackup", "pgscripts", "psql",
    ];

    /// <summary>The packages, in the order in which they take files: the server has what no other has.</summary>
    public static ImmutableArray<DebPart> Of(DebRequest request)
    {
        var (names, layout) = (request.Names, new DebLayout(request.Prefix, request.Names.Major, extension: null));
        string Exactly(string package) => $"{package} (= {request.PackageVersion})";
        ImmutableArray<string> Instead(Func<DebNames, string> name) => names.Flavour is null ? [] : [name(names.Plain)];

        var parts = ImmutableArray.CreateBuilder<DebPart>();
        parts.Add(new DebPart
        {
            Name = names.Development,
            Files =
            [
                "include", "lib/pkgconfig", "lib/*.a", .. ServerContents.Libraries.Select(library => $"lib/{library}.so"),
                "bin/ecpg", "share/locale/*/LC_MESSAGES/ecpg-*.mo",
            ],
            Section = "libdevel",
            Synopsis = $"development files for extensions of {request.Title} {names.Major}",
            Description = ["Headers and libraries with which extensions of the server are compiled, and the preprocessor for SQL in C.", ServerContents.About],
            Depends = [Exactly(names.Client), "postgresql-common (>= 142~)"],
            Conflicts = Instead(other => other.Development),
            Links = [layout.HeadersLink],
        });
        parts.Add(new DebPart
        {
            Name = names.Client,
            Files =
            [
                .. ClientPrograms.Select(program => $"bin/{program}"), .. ServerContents.Libraries.Select(library => $"lib/{library}.so.*"), "lib/libpq-oauth*", "lib/pgxs", "share/psqlrc.sample",
                .. ClientMessages.Select(messages => $"share/locale/*/LC_MESSAGES/{messages}-*.mo"),
                .. ClientPrograms.Select(program => $"share/man/man1/{program}.1"),
            ],
            Section = "database",
            Synopsis = $"front-end programs for {request.Title} {names.Major}",
            Description = ["The terminal psql, and the programs that create, dump, restore and back up databases, with the client library that they use and the makefiles for extensions.", ServerContents.About],
            Depends = ["postgresql-client-common (>= 182~)"],
            Provides = ["postgresql-client"],
            Conflicts = Instead(other => other.Client),
            MultiArch = names.Flavour is null ? "foreign" : null,
            Links = [layout.ShareLink],
            Scripts = MaintainerScripts.OfClient(names.Major),
        });
        foreach (var language in ServerContents.Languages)
        {
            parts.Add(new DebPart
            {
                Name = names.Language(language.Name),
                Files =
                [
                    $"lib/{language.Name}.so", $"lib/*_{language.Module}*.so", $"lib/bitcode/{language.Name}", $"lib/bitcode/{language.Name}.index.bc", $"lib/bitcode/*_{language.Module}*",
                    $"share/extension/{language.Module}*", $"share/extension/*_{language.Module}*", $"share/locale/*/LC_MESSAGES/{language.Module}-*.mo",
                ],
                Section = "database",
                Synopsis = $"{language.Title} for {request.Title} {names.Major}",
                Description = [$"The procedural language {language.Title}, and transforms between its values and those of other modules.", ServerContents.About],
                Depends = [Exactly(names.Server)],
                Conflicts = Instead(other => other.Language(language.Name)),
            });
        }

        if (names.Major >= FirstSeparateJit)
        {
            parts.Add(new DebPart
            {
                Name = names.Jit,
                Files = ["lib/llvmjit.so", "lib/llvmjit_types.bc", "lib/bitcode"],
                Section = "database",
                Synopsis = $"just-in-time compilation for {request.Title} {names.Major}",
                Description = ["What the server compiles expressions of long queries with.", ServerContents.About],
                Depends = [Exactly(names.Server)],
                Conflicts = Instead(other => other.Jit),
            });
        }

        parts.Add(new DebPart
        {
            Name = names.Server,
            Files = ["**"],
            Section = "database",
            Synopsis = $"{request.Title} {names.Major} database server",
            Description = [ServerContents.About, $"This package has the server and its modules. Clusters are created and managed with postgresql-common."],
            Depends = [Exactly(names.Client), "postgresql-common (>= 225~)", "debconf (>= 0.5) | debconf-2.0", "locales | locales-all", "ssl-cert"],
            Recommends = names.Major >= FirstSeparateJit ? [names.Jit] : [],
            Provides = names.Flavour is null ? [$"postgresql-contrib-{names.Major}"] : [names.AnyFlavour],
            Conflicts = names.Flavour is null ? [] : [names.Plain.Server, names.AnyFlavour],
            Scripts = MaintainerScripts.OfServer(names.Major, names.Server),
        });
        // What a file moved from, in an older build or in another repository's split, gives it up.
        return [.. parts.Select(part => part with { Supersedes = [.. parts.Where(other => other != part).Select(other => $"{other.Name} (<< {request.PackageVersion})")] })];
    }
}
