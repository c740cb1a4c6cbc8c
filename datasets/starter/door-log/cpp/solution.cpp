    set<string> inside;
    for (const string& entry : entries) {
        size_t space = entry.find(' ');
        string name = entry.substr(space + 1);
        bool enters = entry.substr(0, space) == "in";
        bool changed = enters ? inside.insert(name).second : inside.erase(name) > 0;
        if (!changed || static_cast<int>(inside.size()) > capacity) {
            return false;
        }
    }
    return true;
}
