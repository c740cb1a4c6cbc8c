    map<string, int> left = stock;
    for (const string& order : orders) {
        size_t space = order.find(' ');
        string item = order.substr(space + 1);
        int count = left[item] + stoi(order.substr(0, space));
        if (count >= 0) {
            left[item] = count;
        }
        if (left[item] == 0) {
            left.erase(item);
        }
    }
    return left;
}
