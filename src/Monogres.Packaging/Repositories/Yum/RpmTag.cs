namespace Monogres.Packaging.Repositories.Yum;

/// <summary>The numbers of values in headers (rpmtag.h), those that are read or written here.</summary>
internal static class RpmTag
{
    /// <summary>Of the signatures: the frame of all others.</summary>
    public const int SignatureRegion = 62;

    /// <summary>Of the signatures: of the header, by a key of DSA or EdDSA; and by one of RSA.</summary>
    public const int HeaderDsa = 267, HeaderRsa = 268;

    /// <summary>Of the signatures: the digest of the header.</summary>
    public const int HeaderSha256 = 273;

    /// <summary>Of the signatures: of header and payload together, as old versions of rpm signed.</summary>
    public const int Pgp = 1002, Gpg = 1005;

    /// <summary>Of the signatures: the size of the payload without compression, in 32 bits and in 64.</summary>
    public const int PayloadSize = 1007, LongPayloadSize = 271;

    /// <summary>Of the signatures: room for what may be signed later.</summary>
    public const int Reserved = 1008;

    public const int Name = 1000, Version = 1001, Release = 1002, Epoch = 1003, Summary = 1004, Description = 1005, BuildTime = 1006, BuildHost = 1007;

    public const int Size = 1009, LongSize = 5009, Vendor = 1011, License = 1014, Packager = 1015, Group = 1016, Url = 1020, Architecture = 1022, SourcePackage = 1044;

    public const int FileModes = 1030, FileFlags = 1037, DirectoryIndexes = 1116, BaseNames = 1117, DirectoryNames = 1118;

    public const int ChangelogTime = 1080, ChangelogName = 1081, ChangelogText = 1082;

    public const int PayloadDigest = 5092, PayloadDigestAlgorithm = 5093;
}
