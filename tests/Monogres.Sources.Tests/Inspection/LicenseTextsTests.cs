using Monogres.Sources.Inspection;

namespace Monogres.Sources.Tests.Inspection;

public class LicenseTextsTests
{
    private const string Bsd = "Redistribution and use in source and binary forms, with or without\nmodification, are permitted provided that the following conditions are met:\n";

    [Theory]
    [InlineData("PostgreSQL", "Permission to use, copy, modify, and distribute this software and its\n * documentation for any purpose, without fee, and without a written agreement\n * is hereby granted, provided that")]
    [InlineData("MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy\nof this software and associated documentation files (the \"Software\"), to deal")]
    [InlineData("ISC", "Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted, provided that")]
    [InlineData("BSD-2-Clause", Bsd + "1. Redistributions of source code must")]
    [InlineData("BSD-3-Clause", Bsd + "3. Neither the name of the author may be used\n   to endorse or promote products")]
    [InlineData("Apache-2.0", "                                 Apache License\n                           Version 2.0, January 2004")]
    [InlineData("MPL-2.0", "Mozilla Public License Version 2.0")]
    [InlineData("GPL-2.0-only", "GNU GENERAL PUBLIC LICENSE\n Version 2, June 1991")]
    [InlineData("GPL-3.0-only", "GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n … the GNU Affero General Public License, version 3")]
    [InlineData("LGPL-3.0-only", "GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n … version 3 of the GNU General Public License")]
    [InlineData("LGPL-2.1-only", "GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999")]
    [InlineData("AGPL-3.0-only", "GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007")]
    [InlineData("PostgreSQL", "This plugin is released under the PostgreSQL License.")]
    [InlineData(null, Bsd + "3. All advertising materials mentioning features or use of this software must display")]
    [InlineData(null, "All rights reserved.")]
    [InlineData(null, "")]
    public void A_licence_is_recognised_by_its_text(string? id, string text) => Assert.Equal(id, LicenseTexts.Recognise(text));

    [Fact]
    public void Later_versions_hold_where_the_source_says_so() => Assert.Equal(
        "GPL-2.0-or-later", LicenseTexts.Recognise("GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991", "… either version 2\n * of the License, or (at your option)\n * any later version."));

    [Theory]
    [InlineData("postgresql", "PostgreSQL")]
    [InlineData("apache_2_0", "Apache-2.0")]
    [InlineData("bsd", null)]
    [InlineData("open_source", null)]
    public void A_word_of_META_json_is_a_licence_when_it_means_one(string word, string? id) => Assert.Equal(id, LicenseTexts.OfWord(word));
}
