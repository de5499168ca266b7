using System.Reflection;
using System.Text.Json;
using Outpost.Node.Compute;
using Outpost.Sdk;

namespace Outpost.Node.Modules;

/// <summary>One instance of a module's class, in a context of its own.</summary>
internal sealed class LoadedModule : IAsyncDisposable
{
    private static readonly JsonElement NoSettings = JsonDocument.Parse("{}").RootElement;

    private readonly ModuleContext _context;

    private LoadedModule(ModuleContext context, object instance) => (_context, Instance) = (context, instance);

    /// <summary>Implements the interface that it was loaded for.</summary>
    public object Instance { get; }

    /// <summary>
    /// Throws <see cref="ModuleException"/> when there is no such module, and whatever the module's constructor throws.
    /// </summary>
    /// <param name="wanted">The interface that its class implements.</param>
    public static LoadedModule Load(ModuleSource source, Type wanted)
    {
        if (!File.Exists(source.Path))
        {
            throw new ModuleException($"there is no file {source.Path}: build the module, or correct the path");
        }

        var context = new ModuleContext(source.Path);
        try
        {
            return new LoadedModule(context, Make(TypeOf(context.LoadModule(), source, wanted), source));
        }
        catch
        {
            context.Unload();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            switch (Instance)
            {
                case IAsyncDisposable asynchronous:
                    await asynchronous.DisposeAsync();
                    break;
                case IDisposable plain:
                    plain.Dispose();
                    break;
            }
        }
        finally
        {
            _context.Unload();
        }
    }

    private static Type TypeOf(Assembly assembly, ModuleSource source, Type wanted)
    {
        Type[] fitting =
        [
            .. Types(assembly)
                .Where(type => type is { IsClass: true, IsAbstract: false } && wanted.IsAssignableFrom(type))
                .OrderBy(type => type.FullName, StringComparer.Ordinal),
        ];
        var names = string.Join(", ", fitting.Select(type => type.FullName));
        if (source.TypeName is { } name)
        {
            return fitting.FirstOrDefault(type => type.FullName == name) ?? throw new ModuleException(
                $"it has no public class {name} that implements {wanted.Name}"
                + (fitting.Length == 0 ? "" : $"; these do: {names}"));
        }

        return fitting is [var one] ? one : throw new ModuleException(fitting.Length == 0
            ? $"it has no public class that implements {wanted.Name} of Outpost.Sdk"
            : $"several of its classes implement {wanted.Name}: write the type, one of {names}");
    }

    private static Type[] Types(Assembly assembly)
    {
        try
        {
            return assembly.GetExportedTypes();
        }
        catch (Exception fault) when (fault is IOException or TypeLoadException)
        {
            throw new ModuleException($"something that it needs is not beside it: {fault.Message}");
        }
    }

    private static object Make(Type type, ModuleSource source)
    {
        const BindingFlags Plainly = BindingFlags.DoNotWrapExceptions;
        if (type.GetConstructor([typeof(JsonElement)]) is { } withSettings)
        {
            return withSettings.Invoke(Plainly, null, [source.Settings ?? NoSettings], null);
        }

        if (source.Settings is not null)
        {
            throw new ModuleException($"{type.FullName} takes no settings: it has no public constructor with one "
                + "JsonElement; take the settings out, or add it");
        }

        return type.GetConstructor([]) is { } without
            ? without.Invoke(Plainly, null, [], null)
            : throw new ModuleException($"{type.FullName} has no public constructor without parameters, or with one "
                + "JsonElement for its settings");
    }

    internal static Type InterfaceOf(AnswerKind kind) => kind switch
    {
        AnswerKind.Inference => typeof(IInferenceModule),
        AnswerKind.Forecast => typeof(IForecastModule),
        AnswerKind.GroundTruth => typeof(IGroundTruthModule),
        _ => typeof(ILossModule),
    };
}
