using Outpost.App.Settings;

namespace Outpost.App.Checks;

/// <summary>Where the results of a check go, as they come.</summary>
internal interface ICheckReport
{
    void Wrong(IReadOnlyList<string> problems);

    /// <param name="account">Null where no topic is served.</param>
    void Understood(Configuration configuration, Account? account);

    void Found(Finding finding);

    void End(bool failed);
}
