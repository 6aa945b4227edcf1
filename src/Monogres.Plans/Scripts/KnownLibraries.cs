using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Monogres.Plans.Scripts;

/// <summary>
/// The names of libraries in sources and in package sets. Only libraries whose names differ are listed: any other has the
/// same name everywhere.
/// </summary>
public static class KnownLibraries
{
    /// <summary>Libraries that every build has: of the C and C++ compilers, and of PostgreSQL itself.</summary>
    private static readonly FrozenSet<string> Always =
        FrozenSet.Create(StringComparer.Ordinal, "c", "m", "dl", "rt", "pthread", "util", "nsl", "crypt", "resolv", "iconv", "intl", "stdc++", "stdc++fs", "c++", "gcc", "gcc_s", "atomic", "gomp", "pq", "pgport", "pgcommon", "ecpg", "pgtypes", "pgcommon_shlib", "pgport_shlib", "pgfeutils");

    private static readonly ImmutableArray<Row> Rows =
    [
        new("boost", [], [], ["boost/"], ["Boost"]),
        new("clamav", [], ["libclamav"], ["clamav.h"], []),
        new("curl", [], ["libcurl"], ["curl/"], ["CURL"]),
        new("freetds", ["sybdb", "ct"], [], ["sybdb.h", "sybfront.h"], []),
        new("gdal", [], [], ["gdal.h", "gdal_", "ogr_api.h", "ogr_srs_api.h", "cpl_"], ["GDAL"]),
        new("geos", ["geos_c"], [], ["geos_c.h"], ["GEOS"]),
        new("gmp", ["gmpxx"], [], ["gmp.h"], ["GMP"]),
        new("gssapi", ["gssapi_krb5", "krb5", "k5crypto", "com_err"], ["krb5-gssapi", "krb5"], ["gssapi/", "gssapi.h", "krb5.h"], []),
        new("h3", [], [], ["h3api.h", "h3/"], []),
        new("healpix", ["healpix_cxx"], ["healpix_cxx"], ["healpix_"], []),
        new("ical", [], ["libical"], ["libical/"], []),
        new("icu", ["icuuc", "icui18n", "icudata", "icuio"], ["icu-uc", "icu-i18n", "icu-io"], ["unicode/"], ["ICU"]),
        new("json-c", ["json"], [], ["json-c/"], []),
        new("ldap", ["ldap_r", "lber"], [], ["ldap.h"], []),
        new("libxml", ["xml2"], ["libxml-2.0"], ["libxml/"], ["LibXml2"]),
        new("libxslt", ["xslt", "exslt"], [], ["libxslt/", "libexslt/"], ["LibXslt"]),
        new("lua", ["lua5.1", "lua5.3", "lua5.4", "luajit-5.1"], ["lua5.1", "lua5.3", "lua5.4", "lua-5.1", "lua-5.3", "lua-5.4"], ["lua.h", "lauxlib.h", "lualib.h"], ["Lua"]),
        new("lz4", [], ["liblz4"], ["lz4.h", "lz4frame.h"], []),
        new("memcached", ["sasl2"], ["libmemcached"], ["libmemcached/", "sasl/"], []),
        new("mysql", ["mysqlclient", "mariadb"], ["mysqlclient", "libmariadb"], ["mysql.h", "mysql/"], []),
        new("ncurses", ["tinfo", "ncursesw"], ["ncursesw"], ["ncurses.h", "curses.h"], ["Curses"]),
        new("openssl", ["ssl", "crypto"], ["libssl", "libcrypto"], ["openssl/"], ["OpenSSL"]),
        new("pcre", [], ["libpcre"], ["pcre.h"], []),
        new("pcre2", ["pcre2-8"], ["libpcre2-8"], ["pcre2.h"], []),
        new("perl", [], [], ["EXTERN.h"], []),
        new("proj", [], [], ["proj.h", "proj_api.h"], ["PROJ"]),
        new("protobuf-c", [], ["libprotobuf-c"], ["protobuf-c/"], []),
        new("python", ["python3"], ["python3", "python3-embed"], ["Python.h"], ["Python3"]),
        new("readline", ["edit"], ["libedit"], ["readline/", "editline/"], []),
        new("selinux", [], ["libselinux"], ["selinux/"], []),
        new("sfcgal", ["SFCGAL"], [], ["SFCGAL/"], ["SFCGAL"]),
        new("systemd", [], ["libsystemd"], ["systemd/"], []),
        new("tcl", ["tcl8.6"], [], ["tcl.h"], ["TCL"]),
        new("uuid", ["ossp-uuid"], [], ["uuid/uuid.h"], []),
        new("zlib", ["z"], [], ["zlib.h"], ["ZLIB"]),
        new("zstd", [], ["libzstd"], ["zstd.h"], []),
    ];

    private static readonly FrozenDictionary<string, string> ByLink = Index(row => row.Links), ByPkgConfig = Index(row => row.PkgConfig), ByCMake = Index(row => row.CMake);

    /// <summary>The library that <c>-lNAME</c> links with; null when every build has it.</summary>
    public static string? OfLink(string name) => Always.Contains(name) || name.StartsWith("boost_", StringComparison.Ordinal) ? name.StartsWith("boost_", StringComparison.Ordinal) ? "boost" : null
        : ByLink.GetValueOrDefault(name, name);

    /// <summary>Whether <c>-lNAME</c> is one of the libraries that are known here.</summary>
    public static bool IsKnown(string name) => ByLink.ContainsKey(name);

    /// <summary>The library that pkg-config knows by a name; null when it is PostgreSQL's.</summary>
    public static string? OfPkgConfig(string name) => name is "libpq" or "libecpg" ? null
        : ByPkgConfig.TryGetValue(name, out var known) ? known
        : name.StartsWith("lib", StringComparison.Ordinal) && name.Length > 3 ? name[3..] : name;

    /// <summary>The library that CMake's <c>find_package</c> knows by a name; null when it is none known here: many are no libraries.</summary>
    public static string? OfCMake(string name) => ByCMake.GetValueOrDefault(name);

    /// <summary>The library that a header belongs to; null when it is none known here: most headers are the project's own, or PostgreSQL's.</summary>
    public static string? OfHeader(string header) => Rows.FirstOrDefault(row => row.Headers.Any(one => one[^1] is '/' or '_' ? header.StartsWith(one, StringComparison.Ordinal) : string.Equals(header, one, StringComparison.Ordinal)))?.Name;

    private static FrozenDictionary<string, string> Index(Func<Row, ImmutableArray<string>> names) =>
        Rows.SelectMany(row => names(row).Append(row.Name).Select(name => (name, row.Name))).DistinctBy(pair => pair.name, StringComparer.Ordinal).ToFrozenDictionary(pair => pair.name, pair => pair.Name, StringComparer.Ordinal);

    /// <param name="Name">In package sets, without <c>-build</c>.</param>
    /// <param name="Links">For the linker.</param>
    /// <param name="PkgConfig">For pkg-config.</param>
    /// <param name="Headers">Its headers, or what their names begin with.</param>
    /// <param name="CMake">For <c>find_package</c>.</param>
    private sealed record Row(string Name, ImmutableArray<string> Links, ImmutableArray<string> PkgConfig, ImmutableArray<string> Headers, ImmutableArray<string> CMake);
}
