using System.Reflection;
using WireProtocols.AspNetCore;
using WireProtocols.Conformance;
using WireProtocols.MsQuic;
using WireProtocols.Nats;
using WireProtocols.Redis;
using WireProtocols.Transports;

namespace WireProtocols.Tests.PublicApi;

/// <summary>Every public constructor and method that wants something says so when it gets null, by the name of the parameter.</summary>
public class NullArgumentTests
{
    /// <summary>Fewer than there are, so that a search that finds nothing is noticed.</summary>
    private const int LeastAsked = 120;

    private static readonly NullabilityInfoContext Nullability = new();

    [Fact]
    public void Null_is_refused_by_the_name_of_the_parameter()
    {
        Type[] packages
            = [typeof(WireProtocolException), typeof(TransportListener), typeof(ConformanceRunner), typeof(FuzzTarget), typeof(MsQuicLibrary),
                typeof(WireDrain), typeof(RedisBackplane), typeof(NatsBackplane)];
        List<string> wrong = [];
        int asked = 0;
        foreach (MethodBase method in packages.SelectMany(t => t.Assembly.GetExportedTypes()).Where(IsOfInterest).SelectMany(MethodsOf))
        {
            foreach (ParameterInfo parameter in method.GetParameters().Where(WantsSomething))
            {
                if (Ask(method, parameter) is { } answer)
                {
                    asked++;
                    wrong.AddRange(answer.Length == 0 ? [] : [$"{method.DeclaringType!.Name}.{method.Name}({parameter.Name}): {answer}"]);
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.InRange(asked, LeastAsked, int.MaxValue);
    }

    [Fact]
    public void A_method_that_says_nothing_is_noticed()
    {
        MethodInfo method = typeof(NullArgumentTests).GetMethod(nameof(Forgives), BindingFlags.NonPublic | BindingFlags.Static)!;
        Assert.Equal("nothing is said", Ask(method, method.GetParameters()[0]));
    }

    private static void Forgives(string text) => _ = text;

    private static bool IsOfInterest(Type type)
        => !type.IsInterface && !type.ContainsGenericParameters && !typeof(Delegate).IsAssignableFrom(type)
            && !typeof(Exception).IsAssignableFrom(type) && !typeof(Attribute).IsAssignableFrom(type)

            // A format is called by the mutator alone, for every input.
            && !typeof(FuzzFormat).IsAssignableFrom(type);

    private static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

        // A record's own members, and what is made of it, are the compiler's.
        bool isRecord = type.GetMethod("<Clone>$") is not null
            || type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
        IEnumerable<MethodBase> constructors = type.IsAbstract || isRecord ? [] : type.GetConstructors(Own);
        return constructors.Concat(
            type.GetMethods(Own).Where(m => !m.ContainsGenericParameters && !m.IsAbstract && !m.IsSpecialName && m.Name != "Equals"));
    }

    private static bool WantsSomething(ParameterInfo parameter)
        => !parameter.ParameterType.IsValueType && !parameter.ParameterType.IsByRef && !parameter.ParameterType.IsPointer
            && Nullability.Create(parameter).WriteState == NullabilityState.NotNull;

    /// <returns>Nothing when null was refused as it should be, otherwise what happened; null where the method cannot be called.</returns>
    private static string? Ask(MethodBase method, ParameterInfo asked)
    {
        object?[] arguments = new object?[method.GetParameters().Length];
        foreach (ParameterInfo parameter in method.GetParameters().Where(p => p != asked))
        {
            if (parameter.ParameterType.IsByRefLike || !Samples.TryCreate(parameter.ParameterType, out arguments[parameter.Position]))
            {
                return null;
            }
        }

        object? instance = null;
        if (!method.IsStatic && !method.IsConstructor && !Samples.TryCreate(method.DeclaringType!, out instance))
        {
            return null;
        }

        try
        {
            object? result = method is ConstructorInfo constructor ? constructor.Invoke(arguments) : method.Invoke(instance, arguments);
            return Refusal(TaskOf(result)?.Exception, asked);
        }
        catch (TargetInvocationException exception)
        {
            return Refusal(exception, asked);
        }
        catch (NotSupportedException)
        {
            return null; // Reflection cannot make such a call: it gives back what lives on the stack.
        }
        finally
        {
            (instance as IDisposable)?.Dispose();
        }
    }

    /// <summary>What an asynchronous method has answered with.</summary>
    private static Task? TaskOf(object? result) => result switch
    {
        Task task => task,
        ValueTask task => task.AsTask(),
        { } value when value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>)
            => (Task)type.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(value, [])!,
        IAsyncEnumerable<object> elements => elements.GetAsyncEnumerator().MoveNextAsync().AsTask(),
        _ => null,
    };

    private static string Refusal(Exception? exception, ParameterInfo asked) => exception?.InnerException switch
    {
        ArgumentNullException refusal => refusal.ParamName == asked.Name ? "" : $"it blames '{refusal.ParamName}'",
        null => "nothing is said",
        var other => other.GetType().Name,
    };
}
