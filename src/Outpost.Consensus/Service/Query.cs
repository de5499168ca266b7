using System.Globalization;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Service;

/// <summary>Values of a URL's query.</summary>
internal static class Query
{
    /// <summary>A whole number; what is none, or out of range, becomes a fault.</summary>
    public static long Whole(HttpContext http, string name, long otherwise, long least, long most, Faults faults)
    {
        if (!http.Request.Query.TryGetValue(name, out var texts))
        {
            return otherwise;
        }

        if (!long.TryParse(texts[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            faults.Add("value is not a valid integer", "type_error.integer", "query", name);
        }
        else if (number < least)
        {
            faults.Add($"ensure this value is greater than or equal to {least}", "value_error.number.not_ge",
                ("limit_value", least), "query", name);
        }
        else if (number > most)
        {
            faults.Add($"ensure this value is less than or equal to {most}", "value_error.number.not_le",
                ("limit_value", most), "query", name);
        }

        return number;
    }
}
